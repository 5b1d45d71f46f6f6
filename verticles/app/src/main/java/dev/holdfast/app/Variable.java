package dev.holdfast.app;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The manager's own settings: every variable that the documentation names. */
enum Variable {
  CONFIG_ENV_FILE(Kind.PLAIN),
  CONFIG_DB_PATH(Kind.PLAIN),
  CONFIG_DB_URL(Kind.SECRET),
  CONFIG_LKG_CACHE_PATH(Kind.PLAIN),
  CONFIG_EPOCH_PATH(Kind.PLAIN),
  CONFIG_LKG_MIN_INTERVAL_MS(Kind.PLAIN),
  CONFIG_SCHEMA_DIR(Kind.PLAIN),
  CONFIG_MASTER_KEY_BASE64(Kind.SECRET),
  CONFIG_MASTER_KEY_ID(Kind.PLAIN),
  CONFIG_MASTER_KEY_OLD_BASE64(Kind.SECRET),
  CONFIG_MASTER_KEY_OLD_ID(Kind.PLAIN),
  CONFIG_KEY_ROTATION_GRACE_MINUTES(Kind.PLAIN),
  LKG_HMAC_KEY_BASE64(Kind.SECRET),
  LKG_HMAC_KEY_ID(Kind.PLAIN),
  LKG_HMAC_KEY_OLD_BASE64(Kind.SECRET),
  LKG_HMAC_KEY_OLD_ID(Kind.PLAIN),
  CONFIG_SIGNATURE_PRIVATE_KEY(Kind.SECRET),
  CONFIG_SIGNATURE_PUBLIC_KEY(Kind.PLAIN),
  CONFIG_SIGNATURE_ENDORSEMENT(Kind.PLAIN),
  CONFIG_AUDIT_RETENTION_DAYS(Kind.PLAIN),
  CONFIG_DB_CHECK_MINUTES(Kind.PLAIN),
  ALLOW_AUTO_REBUILD(Kind.PLAIN),
  REBUILD_TOKEN(Kind.SECRET),
  LITESTREAM_S3_ENDPOINT(Kind.PLAIN),
  LITESTREAM_S3_BUCKET(Kind.PLAIN),
  LITESTREAM_S3_REGION(Kind.PLAIN),
  LITESTREAM_S3_PATH(Kind.PLAIN),
  LITESTREAM_ACCESS_KEY_ID(Kind.SECRET),
  LITESTREAM_SECRET_ACCESS_KEY(Kind.SECRET),
  LITESTREAM_RETENTION_HOURS(Kind.PLAIN),
  LITESTREAM_METRICS_URL(Kind.PLAIN),
  LITESTREAM_REPLICA_URL(Kind.PLAIN),
  LITESTREAM_EXECUTABLE(Kind.PLAIN),
  CONFIG_BACKUP_DRILL_HOURS(Kind.PLAIN),
  MQTT_URL(Kind.SECRET),
  CONFIG_MQTT_CA_FILE(Kind.PLAIN),
  CONFIG_MQTT_CLIENT_CERT(Kind.PLAIN),
  CONFIG_MQTT_CLIENT_KEY(Kind.PLAIN),
  CONFIG_EMBEDDED_MQTT_HOST(Kind.SECRET),
  CONFIG_EMBEDDED_MQTT_PORT(Kind.PLAIN),
  CONFIG_MANAGER_HOST(Kind.PLAIN),
  CONFIG_MANAGER_PORT(Kind.PLAIN),
  CONFIG_MANAGER_LOG_LEVEL(Kind.PLAIN),
  CONFIG_MANAGER_TLS_CERT(Kind.PLAIN),
  CONFIG_MANAGER_TLS_KEY(Kind.PLAIN),
  CONFIG_CORS_ORIGINS(Kind.PLAIN),
  CONFIG_SESSION_IDLE_MINUTES(Kind.PLAIN),
  CONFIG_SESSION_MAX_HOURS(Kind.PLAIN),
  CONFIG_API_TOKENS(Kind.SECRET),
  CONFIG_CLUSTER_HOST(Kind.PLAIN),
  CONFIG_CLUSTER_PORT(Kind.PLAIN),
  CONFIG_CLUSTER_MEMBERS(Kind.PLAIN),
  CONFIG_CLUSTER_FILE(Kind.PLAIN),
  CONFIG_CLUSTER_CA_FILE(Kind.PLAIN),
  CONFIG_CLUSTER_CERT(Kind.PLAIN),
  CONFIG_CLUSTER_KEY(Kind.PLAIN);

  private enum Kind {
    PLAIN,
    SECRET
  }

  private static final List<String> RESERVED =
      List.of("CONFIG_", "LKG_", "LITESTREAM_", "MQTT_", "REBUILD_", "ALLOW_AUTO_REBUILD");

  private static final Map<String, Variable> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(Variable::name, Function.identity()));

  private final Kind kind;

  Variable(Kind kind) {
    this.kind = kind;
  }

  /** Whether the value is a secret, and so may also stand in a file named by {@link #fileForm}. */
  boolean secret() {
    return kind == Kind.SECRET;
  }

  /** The name of the variable that holds the path of a file with the value. */
  String fileForm() {
    return name() + "_FILE";
  }

  /** All the names. */
  static Set<String> names() {
    return BY_NAME.keySet();
  }

  /** Whether this is one of the variables, or the file form of a secret one. */
  static boolean isKnown(String name) {
    if (BY_NAME.containsKey(name)) {
      return true;
    }
    Variable base =
        name.endsWith("_FILE") ? BY_NAME.get(name.substring(0, name.length() - 5)) : null;
    return base != null && base.secret();
  }

  /** Whether the name is the manager's own, set or not: never a setting of a service. */
  static boolean isReserved(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return RESERVED.stream().anyMatch(upper::startsWith);
  }
}

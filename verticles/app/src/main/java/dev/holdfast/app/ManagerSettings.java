package dev.holdfast.app;

import dev.holdfast.backup.BackupVerticle;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The manager's own settings, typed. Keys are not among them: they go straight to the crypto room.
 *
 * @param databasePath the SQLite file
 * @param lkgPath the last-known-good cache
 * @param epochPath the health and epoch file
 * @param lkgMinIntervalMillis least time between two cache writes
 * @param schemaDir folder of schema files over the shipped ones, or null
 * @param logLevel a level of Logback
 * @param keeping how long things are kept
 * @param recovery what is done about a damaged database
 * @param mqtt the broker
 * @param http the listener
 * @param cluster how a cluster is joined, where it is
 * @param backup the replica
 */
record ManagerSettings(
    Path databasePath,
    Path lkgPath,
    Path epochPath,
    long lkgMinIntervalMillis,
    @Nullable Path schemaDir,
    String logLevel,
    Keeping keeping,
    Recovery recovery,
    Mqtt mqtt,
    Http http,
    ClusterSettings cluster,
    BackupVerticle.Options backup) {
  private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

  /**
   * How long things are kept.
   *
   * @param graceMinutes how long an old key is kept after the last secret left it
   * @param auditRetentionDays how long entries of the access log are kept; 0: for ever
   * @param backupRetentionHours how long backups are kept, or null where none are made
   */
  record Keeping(
      int graceMinutes, int auditRetentionDays, @Nullable Integer backupRetentionHours) {}

  /**
   * What is done about a damaged database.
   *
   * @param autoRebuild whether it is rebuilt unasked
   * @param rebuildToken what a call for a rebuild must carry, or null
   * @param checkMinutes the pause between two full checks; 0: one after the start only
   */
  record Recovery(boolean autoRebuild, @Nullable String rebuildToken, int checkMinutes) {
    /** Without the token. */
    @Override
    public String toString() {
      return "Recovery[" + autoRebuild + ", " + checkMinutes + "]";
    }
  }

  /**
   * The broker.
   *
   * @param url the broker, or null for the embedded one
   * @param embeddedHost where the embedded broker listens
   * @param embeddedPort its port
   * @param caFile PEM of the authorities to trust, or null for the platform's
   * @param clientCertificate PEM of the certificate to show, or null for none
   * @param clientKey PEM of its key, or null for none
   */
  record Mqtt(
      @Nullable String url,
      String embeddedHost,
      int embeddedPort,
      @Nullable Path caFile,
      @Nullable Path clientCertificate,
      @Nullable Path clientKey) {
    /** Without the address, which may hold a password. */
    @Override
    public String toString() {
      return "Mqtt[" + (url == null ? "embedded" : "external") + "]";
    }
  }

  /**
   * The listener.
   *
   * @param host where HTTP listens
   * @param port its port
   * @param tlsCertificate PEM of the certificate chain, or null for plain HTTP
   * @param tlsKey PEM of its key, or null for plain HTTP
   * @param corsOrigins origins whose pages may call
   * @param sessionIdleMinutes after how long unused a session ends
   * @param sessionMaxHours after how long it ends in any case
   * @param apiTokens entries of {@code CONFIG_API_TOKENS}
   */
  record Http(
      String host,
      int port,
      @Nullable Path tlsCertificate,
      @Nullable Path tlsKey,
      List<String> corsOrigins,
      int sessionIdleMinutes,
      int sessionMaxHours,
      List<String> apiTokens) {
    Http {
      corsOrigins = List.copyOf(corsOrigins);
      apiTokens = List.copyOf(apiTokens);
    }

    /** The same with other tokens. */
    Http withTokens(List<String> tokens) {
      return new Http(
          host,
          port,
          tlsCertificate,
          tlsKey,
          corsOrigins,
          sessionIdleMinutes,
          sessionMaxHours,
          tokens);
    }

    /** Without the tokens. */
    @Override
    public String toString() {
      return "Http[" + host + ":" + port + "]";
    }
  }

  /**
   * Types the values.
   *
   * @throws StartFailure that names the variable and the expected form, never the value
   */
  static ManagerSettings of(Map<String, String> byName) {
    Values values = new Values(byName);
    if (values.has(Variable.CONFIG_DB_URL)) {
      throw StartFailure.configuration(
          Variable.CONFIG_DB_URL.name()
              + " is reserved and has no effect in this version (expected: unset)");
    }
    Path database = values.path(Variable.CONFIG_DB_PATH);
    BackupVerticle.Options backup = BackupSettings.of(values, database);
    return new ManagerSettings(
        database,
        beside(values, Variable.CONFIG_LKG_CACHE_PATH, database, "config.lkg.json"),
        beside(values, Variable.CONFIG_EPOCH_PATH, database, "health+epoch.json"),
        values.number(Variable.CONFIG_LKG_MIN_INTERVAL_MS, 0, 86_400_000),
        values.pathOrNull(Variable.CONFIG_SCHEMA_DIR),
        level(values),
        keeping(values, backup),
        new Recovery(
            values.has(Variable.ALLOW_AUTO_REBUILD)
                && values.integer(Variable.ALLOW_AUTO_REBUILD, 0, 1) == 1,
            values.textOrNull(Variable.REBUILD_TOKEN),
            values.integer(Variable.CONFIG_DB_CHECK_MINUTES, 0, 525_600)),
        mqtt(values),
        http(values),
        ClusterSettings.of(values),
        backup);
  }

  /** The files whose presence means that there is data here. */
  List<Path> dataFiles() {
    return List.of(databasePath, lkgPath, epochPath);
  }

  private static Keeping keeping(Values values, BackupVerticle.Options backup) {
    return new Keeping(
        values.integer(Variable.CONFIG_KEY_ROTATION_GRACE_MINUTES, 0, 525_600),
        values.integer(Variable.CONFIG_AUDIT_RETENTION_DAYS, 0, 36_500),
        backup.replica() == null ? null : (Integer) backup.retentionHours());
  }

  private static Mqtt mqtt(Values values) {
    values.bothOrNeither(Variable.CONFIG_MQTT_CLIENT_CERT, Variable.CONFIG_MQTT_CLIENT_KEY);
    return new Mqtt(
        values.textOrNull(Variable.MQTT_URL),
        values.text(Variable.CONFIG_EMBEDDED_MQTT_HOST),
        values.integer(Variable.CONFIG_EMBEDDED_MQTT_PORT, 1, 65_535),
        values.readableOrNull(Variable.CONFIG_MQTT_CA_FILE),
        values.readableOrNull(Variable.CONFIG_MQTT_CLIENT_CERT),
        values.readableOrNull(Variable.CONFIG_MQTT_CLIENT_KEY));
  }

  private static Http http(Values values) {
    values.bothOrNeither(Variable.CONFIG_MANAGER_TLS_CERT, Variable.CONFIG_MANAGER_TLS_KEY);
    return new Http(
        values.text(Variable.CONFIG_MANAGER_HOST),
        values.integer(Variable.CONFIG_MANAGER_PORT, 1, 65_535),
        values.readableOrNull(Variable.CONFIG_MANAGER_TLS_CERT),
        values.readableOrNull(Variable.CONFIG_MANAGER_TLS_KEY),
        values.list(Variable.CONFIG_CORS_ORIGINS),
        values.integer(Variable.CONFIG_SESSION_IDLE_MINUTES, 1, 10_080),
        values.integer(Variable.CONFIG_SESSION_MAX_HOURS, 1, 8_760),
        values.list(Variable.CONFIG_API_TOKENS));
  }

  private static Path beside(Values values, Variable variable, Path database, String name) {
    return values.has(variable) ? values.path(variable) : database.resolveSibling(name);
  }

  private static String level(Values values) {
    String level = values.text(Variable.CONFIG_MANAGER_LOG_LEVEL).toUpperCase(Locale.ROOT);
    if (!LEVELS.contains(level)) {
      throw StartFailure.configuration(
          Variable.CONFIG_MANAGER_LOG_LEVEL.name()
              + ": malformed (expected: one of "
              + String.join(", ", LEVELS)
              + ")");
    }
    return level;
  }
}

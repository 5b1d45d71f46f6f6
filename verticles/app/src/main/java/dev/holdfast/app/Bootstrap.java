package dev.holdfast.app;

import dev.holdfast.crypto.CryptoVerticle;
import dev.holdfast.http.HttpVerticle;
import dev.holdfast.mqtt.MqttVerticle;
import dev.holdfast.settings.SettingsVerticle;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what stands in the layers to what the rooms are made with. Everything is checked before the
 * first byte is written: a start that is refused leaves nothing behind.
 */
final class Bootstrap {
  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);

  /** Well inside the five minutes after which a subscriber holds a message to be stale. */
  private static final long REISSUE_MILLIS = 120_000;

  private Bootstrap() {}

  /**
   * What the rooms are made with.
   *
   * @param values what the manager runs with, by the variable's name
   * @param layers what was read, before anything was generated
   * @param settings the manager's own settings
   * @param fresh whether no file shows that there was a database: only then may one be made
   * @param crypto for the crypto room
   * @param schemas for the settings room: the schema files, unparsed
   * @param mqtt for the MQTT room
   * @param http for the HTTP room
   */
  record Prepared(
      Map<String, String> values,
      Layers.Settings layers,
      ManagerSettings settings,
      boolean fresh,
      CryptoVerticle.Options crypto,
      SettingsVerticle.Options schemas,
      MqttVerticle.Options mqtt,
      HttpVerticle.Options http) {
    Prepared {
      values = Map.copyOf(values);
    }

    /** Without the values. */
    @Override
    public String toString() {
      return "Prepared[" + settings + "]";
    }
  }

  /** Checks, and on a first run generates and saves what is missing; blocks. */
  static Prepared prepare(Layers.Settings layers) {
    layers.warnings().forEach(LOG::warn);
    Map<String, String> values = new HashMap<>(layers.values());
    ManagerSettings checked = ManagerSettings.of(values);
    Map<String, String> generated = FirstRun.generate(values, checked.dataFiles());
    values.putAll(generated);
    Prepared prepared = options(values, layers);
    Path envFile = layers.envFile();
    if (!generated.isEmpty()) {
      FirstRun.save(envFile, generated);
      LOG.warn(
          "Generated {} and wrote them to {}: keep this file, and a copy of it in a safe place",
          String.join(", ", generated.keySet()),
          envFile.toAbsolutePath().normalize());
    }
    String open = EnvFileMode.fault(envFile);
    if (open != null) {
      LOG.warn(open);
    }
    return prepared;
  }

  private static Prepared options(Map<String, String> values, Layers.Settings layers) {
    ManagerSettings settings = ManagerSettings.of(values);
    ManagerSettings.Mqtt mqtt = settings.mqtt();
    try {
      return new Prepared(
          values,
          layers,
          settings,
          Stream.of(settings.lkgPath(), settings.epochPath())
              .noneMatch(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS)),
          crypto(values),
          new SettingsVerticle.Options(
              SchemaFiles.read(settings.schemaDir()),
              layers.environment(),
              settings.keeping().graceMinutes(),
              settings.keeping().backupRetentionHours()),
          mqtt(mqtt),
          http(settings.http(), settings.recovery().rebuildToken()));
    } catch (IllegalArgumentException e) {
      throw StartFailure.configuration(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The keys.
   *
   * @throws IllegalArgumentException that names the variable and the expected form
   */
  static CryptoVerticle.Options crypto(Map<String, String> values) {
    return new CryptoVerticle.Options(
        value(values, Variable.CONFIG_SIGNATURE_PRIVATE_KEY),
        value(values, Variable.CONFIG_SIGNATURE_PUBLIC_KEY),
        value(values, Variable.CONFIG_MASTER_KEY_BASE64),
        value(values, Variable.CONFIG_MASTER_KEY_ID),
        value(values, Variable.LKG_HMAC_KEY_BASE64),
        value(values, Variable.LKG_HMAC_KEY_ID),
        values.get(Variable.CONFIG_MASTER_KEY_OLD_BASE64.name()),
        values.get(Variable.CONFIG_MASTER_KEY_OLD_ID.name()),
        values.get(Variable.LKG_HMAC_KEY_OLD_BASE64.name()),
        values.get(Variable.LKG_HMAC_KEY_OLD_ID.name()),
        values.get(Variable.CONFIG_SIGNATURE_ENDORSEMENT.name()));
  }

  /**
   * The broker.
   *
   * @throws IllegalArgumentException that names the variable and the expected form
   */
  static MqttVerticle.Options mqtt(ManagerSettings.Mqtt mqtt) {
    return new MqttVerticle.Options(
        mqtt.url(),
        mqtt.embeddedHost(),
        mqtt.embeddedPort(),
        REISSUE_MILLIS,
        mqtt.caFile(),
        mqtt.clientCertificate(),
        mqtt.clientKey());
  }

  /**
   * The listener.
   *
   * @throws IllegalArgumentException that names the variable and the expected form
   */
  static HttpVerticle.Options http(ManagerSettings.Http http, @Nullable String rebuildToken) {
    return new HttpVerticle.Options(
        http.host(),
        http.port(),
        http.apiTokens(),
        http.tlsCertificate(),
        http.tlsKey(),
        http.corsOrigins(),
        http.sessionIdleMinutes(),
        http.sessionMaxHours(),
        rebuildToken);
  }

  private static String value(Map<String, String> values, Variable variable) {
    return values.getOrDefault(variable.name(), "");
  }
}

package dev.holdfast.mqtt;

import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClientOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whom to believe over {@code mqtts}, and how to show who one is. The host name of the broker is
 * checked always. The files are read for each connection, so that replaced ones count.
 *
 * @param caFile {@code CONFIG_MQTT_CA_FILE}: the only certificate authorities that count, PEM; null
 *     for those of the Java platform
 * @param clientCertificate {@code CONFIG_MQTT_CLIENT_CERT}, PEM; null for none
 * @param clientKey {@code CONFIG_MQTT_CLIENT_KEY}, PEM; null for none
 */
record Trust(@Nullable Path caFile, @Nullable Path clientCertificate, @Nullable Path clientKey) {
  /**
   * Fails {@code IllegalArgumentException} that names the variable and what is expected.
   *
   * @param tls whether the connection is encrypted at all
   */
  void check(boolean tls) {
    if ((clientCertificate == null) != (clientKey == null)) {
      throw new IllegalArgumentException(
          "CONFIG_MQTT_CLIENT_CERT, CONFIG_MQTT_CLIENT_KEY: one without the other"
              + " (expected: both or neither)");
    }
    if (!tls && (caFile != null || clientKey != null)) {
      throw new IllegalArgumentException(
          (caFile != null ? "CONFIG_MQTT_CA_FILE" : "CONFIG_MQTT_CLIENT_CERT")
              + ": has no effect here (expected: MQTT_URL with mqtts://)");
    }
    readable("CONFIG_MQTT_CA_FILE", caFile);
    readable("CONFIG_MQTT_CLIENT_CERT", clientCertificate);
    readable("CONFIG_MQTT_CLIENT_KEY", clientKey);
  }

  /** Puts it into the options of a connection. */
  void apply(MqttClientOptions options) {
    options.setSsl(true).setTrustAll(false).setHostnameVerificationAlgorithm("HTTPS");
    if (caFile != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(caFile.toString()));
    }
    if (clientCertificate != null && clientKey != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .setCertPath(clientCertificate.toString())
              .setKeyPath(clientKey.toString()));
    }
  }

  /** A text about a connection without the paths of the files, for it is shown to everybody. */
  String withoutPaths(String text) {
    return hidden(
        hidden(
            hidden(text, caFile, "CONFIG_MQTT_CA_FILE"),
            clientCertificate,
            "CONFIG_MQTT_CLIENT_CERT"),
        clientKey,
        "CONFIG_MQTT_CLIENT_KEY");
  }

  private static String hidden(String text, @Nullable Path file, String variable) {
    return file == null ? text : text.replace(file.toString(), variable);
  }

  private static void readable(String variable, @Nullable Path file) {
    if (file != null && !(Files.isRegularFile(file) && Files.isReadable(file))) {
      throw new IllegalArgumentException(
          variable + ": cannot be read (expected: the path of a PEM file)");
    }
  }
}

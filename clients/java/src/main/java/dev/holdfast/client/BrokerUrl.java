package dev.holdfast.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker is and who one is there. Its text never shows the credentials.
 *
 * @param host a name or an address
 * @param port 1 to 65535
 * @param tls whether the connection is encrypted
 * @param user null for none; then {@code password} is null too
 * @param password null for none
 */
record BrokerUrl(
    String host, int port, boolean tls, @Nullable String user, @Nullable String password) {
  private static final String FORM =
      "mqttUrl: malformed (expected: mqtt:// or mqtts://[user:password@]host[:port])";

  /**
   * Reads a URL; user and password are percent-encoded.
   *
   * @throws IllegalArgumentException with the legal form, never with the URL
   */
  static BrokerUrl of(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(FORM);
    }
    boolean tls = "mqtts".equals(uri.getScheme());
    String host = uri.getHost();
    if (host == null || !(tls || "mqtt".equals(uri.getScheme()))) {
      throw new IllegalArgumentException(FORM);
    }
    int port = uri.getPort() < 0 ? (tls ? 8_883 : 1_883) : uri.getPort();
    String user = uri.getRawUserInfo();
    int colon = user == null ? -1 : user.indexOf(':');
    if (port < 1 || port > 65_535 || (user != null && colon < 1)) {
      throw new IllegalArgumentException(FORM);
    }
    return new BrokerUrl(
        host.replaceAll("[\\[\\]]", ""),
        port,
        tls,
        user == null ? null : decoded(user.substring(0, colon)),
        user == null ? null : decoded(user.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

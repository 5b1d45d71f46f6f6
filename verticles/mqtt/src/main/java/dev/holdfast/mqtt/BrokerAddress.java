package dev.holdfast.mqtt;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker is, and who one is there. Its text never shows the credentials, and neither do the
 * messages of its parsers.
 *
 * @param host a name or an IP address, without brackets
 * @param port 1 to 65535
 * @param tls whether the connection is encrypted
 * @param username null for none; then {@code password} is null too
 * @param password null for none
 */
record BrokerAddress(
    String host, int port, boolean tls, @Nullable String username, @Nullable String password) {
  static final String URL_FORM = "mqtt:// or mqtts://[user:password@]host[:port]";
  static final String EMBEDDED_FORM = "host or user:password@host";

  private static final int PLAIN_PORT = 1883;
  private static final int TLS_PORT = 8883;
  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
  private static final Pattern LOOPBACK =
      Pattern.compile("127(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}");

  /**
   * The broker of {@code MQTT_URL}, or where the embedded one listens.
   *
   * @throws IllegalArgumentException as the two below do, and for an embedded broker that others
   *     could use without a password
   */
  static BrokerAddress of(@Nullable String url, String embeddedHost, int embeddedPort) {
    if (url != null) {
      return ofUrl("MQTT_URL", url);
    }
    BrokerAddress listener = ofListener("CONFIG_EMBEDDED_MQTT_HOST", embeddedHost, embeddedPort);
    if (listener.username() == null && !listener.loopback()) {
      throw new IllegalArgumentException(
          "CONFIG_EMBEDDED_MQTT_HOST: "
              + listener.host()
              + " is not loopback (expected: user:password@"
              + listener.host()
              + ", or 127.0.0.1)");
    }
    return listener;
  }

  /**
   * Reads a URL such as {@code mqtts://user:p%40ss@broker.example:8883}.
   *
   * @throws IllegalArgumentException that names {@code variable} and the legal form
   */
  static BrokerAddress ofUrl(String variable, String url) {
    Form form = new Form(variable, URL_FORM);
    String lower = url.toLowerCase(Locale.ROOT);
    boolean tls = lower.startsWith("mqtts://");
    if (!tls && !lower.startsWith("mqtt://")) {
      throw form.broken("another scheme");
    }
    String rest = url.substring(url.indexOf("//") + 2);
    if (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    int at = rest.lastIndexOf('@');
    String place = rest.substring(at + 1);
    String host = place;
    int port = tls ? TLS_PORT : PLAIN_PORT;
    int colon = place.lastIndexOf(':');
    if (colon > place.lastIndexOf(']')) {
      host = place.substring(0, colon);
      port = port(form, place.substring(colon + 1));
    } else if (place.indexOf(':') >= 0 && !place.startsWith("[")) {
      throw form.broken("an IPv6 address without brackets");
    }
    return at < 0
        ? new BrokerAddress(host(form, host), port, tls, null, null)
        : withUser(form, rest.substring(0, at), host(form, host), port, tls);
  }

  /**
   * Reads where the embedded broker listens, such as {@code 127.0.0.1} or {@code
   * user:password@0.0.0.0}.
   *
   * @throws IllegalArgumentException that names {@code variable} and the legal form
   */
  static BrokerAddress ofListener(String variable, String text, int port) {
    Form form = new Form(variable, EMBEDDED_FORM);
    int at = text.lastIndexOf('@');
    String host = host(form, text.substring(at + 1));
    return at < 0
        ? new BrokerAddress(host, port, false, null, null)
        : withUser(form, text.substring(0, at), host, port, false);
  }

  /** Whether only this machine reaches it. */
  boolean loopback() {
    return host.equalsIgnoreCase("localhost")
        || LOOPBACK.matcher(host).matches()
        || sixth(host).map(InetAddress::isLoopbackAddress).orElse(false);
  }

  /** {@code host:port}. */
  String place() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  @Override
  public String toString() {
    return (tls ? "mqtts://" : "mqtt://") + (username == null ? "" : "***:***@") + place();
  }

  private static BrokerAddress withUser(
      Form form, String userInfo, String host, int port, boolean tls) {
    int colon = userInfo.indexOf(':');
    if (colon <= 0 || colon == userInfo.length() - 1) {
      throw form.broken("a user without a password, or the reverse");
    }
    return new BrokerAddress(
        host,
        port,
        tls,
        decode(form, userInfo.substring(0, colon)),
        decode(form, userInfo.substring(colon + 1)));
  }

  private static String host(Form form, String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String host = bracketed ? text.substring(1, text.length() - 1) : text;
    boolean numeric = bracketed || host.indexOf(':') >= 0;
    boolean legal = numeric ? sixth(host).isPresent() : HOST_NAME.matcher(host).matches();
    if (!legal) {
      throw form.broken("no legal host");
    }
    return host;
  }

  /** An IPv6 address from its text; never looks a name up. */
  private static Optional<InetAddress> sixth(String text) {
    if (text.indexOf(':') < 0 || !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getAllByName(text)[0]);
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static int port(Form form, String text) {
    if (text.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    }
    throw form.broken("no port from 1 to 65535");
  }

  /** Percent-decoding (RFC 3986, section 2.1) to UTF-8. */
  private static String decode(Form form, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '%') {
        out.write(in[i]);
        continue;
      }
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw form.broken("a % without two hex digits in user or password");
      }
      out.write(high * 16 + low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(out.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw form.broken("a user or password that is not UTF-8");
    }
  }

  /** What a value must look like; its complaint says what was met without showing it. */
  private record Form(String variable, String expected) {
    IllegalArgumentException broken(String met) {
      return new IllegalArgumentException(variable + ": " + met + " (expected: " + expected + ")");
    }
  }
}

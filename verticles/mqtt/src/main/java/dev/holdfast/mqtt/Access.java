package dev.holdfast.mqtt;

import dev.holdfast.messages.fleet.ReportForm;
import io.vertx.mqtt.MqttAuth;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in to the embedded broker, and who may publish where. The manager itself is known by
 * a name and a password that are made anew with each of these objects and leave it only towards its
 * own connection.
 */
final class Access {
  /** Who a client is. */
  enum Role {
    /** The manager itself. */
    MANAGER,
    /** Anybody else who was let in. */
    CLIENT
  }

  private final @Nullable String username;
  private final @Nullable String password;
  private final String managerClientId;
  private final String managerName = "holdfast-" + random(8);
  private final String managerPassword = random(32);

  /**
   * @param listener with a username: clients must give it and its password; without: all may come
   *     in
   * @param managerClientId the client identifier that nobody else may take
   */
  Access(BrokerAddress listener, String managerClientId) {
    this.username = listener.username();
    this.password = listener.password();
    this.managerClientId = managerClientId;
  }

  /** The manager's own way in, at this place. */
  BrokerAddress manager(String host, int port) {
    return new BrokerAddress(host, port, false, managerName, managerPassword);
  }

  /** Who this is, or null when it is to be refused. */
  @Nullable Role role(@Nullable MqttAuth auth, String clientId) {
    if (auth != null && same(managerName, auth.getUsername())) {
      return same(managerPassword, auth.getPassword()) ? Role.MANAGER : null;
    }
    if (clientId.equals(managerClientId)) {
      return null;
    }
    if (username == null || password == null) {
      return Role.CLIENT;
    }
    boolean known =
        auth != null && same(username, auth.getUsername()) && same(password, auth.getPassword());
    return known ? Role.CLIENT : null;
  }

  /** Whether it may publish so many bytes there, now or by its last will. */
  boolean mayPublish(Role role, String topic, int bytes) {
    if (role == Role.MANAGER) {
      return true;
    }
    return Topics.ofReports(topic)
        ? Topics.reporter(topic) != null && bytes <= ReportForm.MAX_BYTES
        : !Topics.guarded(topic);
  }

  @Override
  public String toString() {
    return "Access[" + (username == null ? "anonymous" : "***") + "]";
  }

  private static boolean same(String expected, @Nullable String given) {
    return given != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private static String random(int bytes) {
    byte[] out = new byte[bytes];
    new SecureRandom().nextBytes(out);
    return HexFormat.of().formatHex(out);
  }
}

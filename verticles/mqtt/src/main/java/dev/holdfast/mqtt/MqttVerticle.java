package dev.holdfast.mqtt;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.mqtt.MqttTopics;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tells MQTT subscribers of every service's newest state and of the manager's health. The broker
 * may be away for any time: nobody waits for it, and when it is back it gets what is newest.
 *
 * <p>Announces {@link MqttTopics#STATE}. Starts whether or not there is a broker.
 */
public final class MqttVerticle extends VerticleBase {
  private final Options options;
  private final Meters meters;
  private @Nullable Room room;

  /** One instance a Vert.x instance. */
  public MqttVerticle(Options options, MeterRegistry meters) {
    this.options = requireNonNull(options, "options");
    this.meters = new Meters(requireNonNull(meters, "meters"));
  }

  /**
   * Connects to the broker of {@code MQTT_URL} and says goodbye, under a name of its own. Fails
   * with a reason for a person, which holds no credential.
   */
  public static Future<Void> tryBroker(Vertx vertx, Options options) {
    return BrokerConnection.tryOn(vertx, options);
  }

  @Override
  public Future<?> start() {
    Room started = new Room(vertx, new Bus(vertx), options, meters);
    room = started;
    return started.start();
  }

  @Override
  public Future<?> stop() {
    Room started = room;
    return started == null ? Future.succeededFuture() : started.stop();
  }

  /**
   * What this room is told at its start.
   *
   * @param url {@code MQTT_URL}: {@code mqtt://} or {@code mqtts://}{@code
   *     [user:password@]host[:port]}, with user and password percent-encoded; null for the embedded
   *     broker
   * @param embeddedHost {@code CONFIG_EMBEDDED_MQTT_HOST}: where that one listens; {@code
   *     user:password@host} makes clients give them, which is a must off loopback
   * @param embeddedPort {@code CONFIG_EMBEDDED_MQTT_PORT}: 1 to 65535
   * @param reissueMillis every retained message is issued again within this time; 100 to 240000
   * @param rebindMillis how long until a taken port is tried again; above 0
   * @param answerMillis how long the broker may take for each answer; above 0
   * @param keepAliveSeconds how often a silent connection is tried; above 0
   * @param caFile {@code CONFIG_MQTT_CA_FILE}, PEM: whose certificates count; null for the Java
   *     platform's authorities
   * @param clientCertificate {@code CONFIG_MQTT_CLIENT_CERT}, PEM, or null
   * @param clientKey {@code CONFIG_MQTT_CLIENT_KEY}, PEM, or null
   */
  public record Options(
      @Nullable String url,
      String embeddedHost,
      int embeddedPort,
      long reissueMillis,
      long rebindMillis,
      long answerMillis,
      int keepAliveSeconds,
      @Nullable Path caFile,
      @Nullable Path clientCertificate,
      @Nullable Path clientKey) {
    private static final long LONGEST_REISSUE_MILLIS = 240_000;

    /**
     * Fails {@code IllegalArgumentException} that names the variable and the legal form, never the
     * value of one that may hold a password.
     */
    public Options {
      requireNonNull(embeddedHost, "embeddedHost");
      within("CONFIG_EMBEDDED_MQTT_PORT", embeddedPort, 1, 65_535);
      within("reissueMillis", reissueMillis, 100, LONGEST_REISSUE_MILLIS);
      within("rebindMillis", rebindMillis, 1, Long.MAX_VALUE);
      within("answerMillis", answerMillis, 1, Integer.MAX_VALUE);
      within("keepAliveSeconds", keepAliveSeconds, 1, 65_535);
      BrokerAddress broker = BrokerAddress.of(url, embeddedHost, embeddedPort);
      new Trust(caFile, clientCertificate, clientKey).check(broker.tls());
    }

    /** With the usual times. */
    public Options(
        @Nullable String url,
        String embeddedHost,
        int embeddedPort,
        long reissueMillis,
        @Nullable Path caFile,
        @Nullable Path clientCertificate,
        @Nullable Path clientKey) {
      this(
          url,
          embeddedHost,
          embeddedPort,
          reissueMillis,
          10_000,
          5_000,
          10,
          caFile,
          clientCertificate,
          clientKey);
    }

    /** With the usual times, and nothing but the URL to say whom to believe. */
    public Options(
        @Nullable String url, String embeddedHost, int embeddedPort, long reissueMillis) {
      this(url, embeddedHost, embeddedPort, reissueMillis, null, null, null);
    }

    /** Whom to believe. */
    Trust trust() {
      return new Trust(caFile, clientCertificate, clientKey);
    }

    /** The broker to speak to, or where the embedded one listens. */
    BrokerAddress broker() {
      return BrokerAddress.of(url, embeddedHost, embeddedPort);
    }

    @Override
    public String toString() {
      return "Options[" + (url == null ? "embedded " : "") + broker() + "]";
    }

    private static void within(String name, long value, long least, long most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            name + ": " + value + " (expected: " + least + " to " + most + ")");
      }
    }
  }
}

package dev.holdfast.mqtt;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.mqtt.BrokerState;
import dev.holdfast.messages.mqtt.MqttTopics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything of this room that lives from start to stop, on the event loop of its verticle. */
final class Room implements BrokerLink.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Room.class);
  private static final int WINDOW = 16;
  private static final long GOODBYE_MILLIS = 1_000;

  private final Bus bus;
  private final Meters meters;
  private final Outbox outbox = new Outbox(WINDOW);
  private final BrokerLink link;
  private final Publisher publisher;
  private final SettingsFeed settings;
  private final HealthFeed health;
  private final Reissue reissue;
  private final Reports reports;
  private final @Nullable EmbeddedListener embedded;
  private @Nullable BrokerState told;

  Room(Vertx vertx, Bus bus, MqttVerticle.Options options, Meters meters) {
    this.bus = bus;
    this.meters = meters;
    byte[] id = new byte[4];
    new SecureRandom().nextBytes(id);
    String clientId = "holdfast-" + HexFormat.of().formatHex(id);
    BrokerAddress address = options.broker();
    if (options.url() == null) {
      Access access = new Access(address, clientId);
      embedded =
          new EmbeddedListener(
              vertx,
              access,
              address,
              options.rebindMillis(),
              this::connect,
              this::down,
              meters::reportRefused);
      String host = EmbeddedListener.reachable(address.host());
      address = access.manager(host, address.port());
    } else {
      embedded = null;
    }
    reports = new Reports(bus, meters, System::nanoTime);
    link = new BrokerLink(vertx, address, clientId, options, this);
    publisher = new Publisher(vertx, bus, outbox, link, meters);
    settings = new SettingsFeed(vertx, bus, outbox, publisher::pump);
    health = new HealthFeed(bus, outbox, publisher::pump);
    reissue = new Reissue(vertx, options.reissueMillis(), outbox, link, publisher);
  }

  /** Hears the rooms; meets the broker afterwards, in the background. */
  Future<?> start() {
    return Future.all(settings.start(), health.start())
        .onSuccess(
            done -> {
              reissue.start();
              if (embedded == null) {
                link.open();
              } else {
                embedded.open();
              }
            });
  }

  /** Says goodbye to the broker, waiting a second at most. */
  Future<?> stop() {
    reissue.stop();
    settings.stop();
    publisher.stop();
    meters.connected(false);
    return link.publish(Topics.HEALTH, health.stopped())
        .timeout(GOODBYE_MILLIS, MILLISECONDS)
        .onFailure(failure -> LOG.info("stopped without a goodbye: {}", failure.getMessage()))
        .eventually(() -> link.close().timeout(GOODBYE_MILLIS, MILLISECONDS))
        .otherwiseEmpty()
        .eventually(() -> embedded == null ? Future.succeededFuture() : embedded.close());
  }

  private void connect() {
    link.open();
  }

  @Override
  public Buffer will() {
    return health.gone();
  }

  @Override
  public void up() {
    meters.connected(true);
    outbox.renewAll(System.nanoTime());
    tell(new BrokerState(true, embedded != null, null));
    publisher.pump();
  }

  @Override
  public void heard(MqttPublishMessage report) {
    reports.heard(report.topicName(), report.payload(), report.isRetain());
  }

  @Override
  public void down(String reason) {
    meters.connected(false);
    outbox.giveBackAll();
    meters.outbox(outbox.size());
    tell(new BrokerState(false, embedded != null, "mqtt: " + reason));
  }

  private void tell(BrokerState state) {
    if (!state.equals(told)) {
      told = state;
      if (state.fault() != null) {
        LOG.warn("{}", state.fault());
      }
      bus.publish(MqttTopics.STATE, state);
    }
  }
}

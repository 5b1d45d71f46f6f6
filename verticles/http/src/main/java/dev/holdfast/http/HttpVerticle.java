package dev.holdfast.http;

import dev.holdfast.bus.Bus;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP room: REST, server-sent events, health and metrics. Deployed once an event loop, after
 * the rooms of settings, crypto and health, whose answers it needs to start.
 */
public final class HttpVerticle extends VerticleBase {
  private final Shared shared;
  private final boolean first;
  private @Nullable SseHub hub;
  private volatile @Nullable Listener listener;
  private @Nullable Members members;

  /**
   * How the room is set up.
   *
   * @param host the address to listen on
   * @param port the port; 0 for any free one
   * @param tokens the entries of {@code CONFIG_API_TOKENS}, at least one
   * @param tlsCertificate PEM file of the certificate chain, or null for plain HTTP
   * @param tlsKey PEM file of its private key, or null for plain HTTP
   * @param corsOrigins the origins whose pages may read replies; empty for none
   * @param sessionIdleMinutes how long a session lasts without a request; 1 or above
   * @param sessionMaxHours how long it lasts at most; 1 or above
   * @param rebuildToken what a call for a rebuild must carry; null: nobody may
   */
  public record Options(
      String host,
      int port,
      List<String> tokens,
      @Nullable Path tlsCertificate,
      @Nullable Path tlsKey,
      List<String> corsOrigins,
      int sessionIdleMinutes,
      int sessionMaxHours,
      @Nullable String rebuildToken) {
    /** Fails with {@code IllegalArgumentException} that names the setting, never a token. */
    public Options {
      if (host.isBlank()) {
        throw new IllegalArgumentException("host: blank (expected: an address or a name)");
      }
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
      }
      if ((tlsCertificate == null) != (tlsKey == null)) {
        throw new IllegalArgumentException(
            "CONFIG_MANAGER_TLS_CERT, CONFIG_MANAGER_TLS_KEY: one without the other"
                + " (expected: both or neither)");
      }
      atLeastOne("CONFIG_SESSION_IDLE_MINUTES", sessionIdleMinutes);
      atLeastOne("CONFIG_SESSION_MAX_HOURS", sessionMaxHours);
      corsOrigins = List.copyOf(corsOrigins);
      Cors.check(corsOrigins);
      tokens = List.copyOf(tokens);
      Tokens.parse(tokens);
    }

    /** The names of the tokens of under 128 bits. */
    public List<String> weakTokens() {
      return Tokens.parse(tokens).weak();
    }

    /** Plain HTTP, the usual sessions, no rebuild. */
    public Options(String host, int port, List<String> tokens) {
      this(host, port, tokens, null, null, List.of(), 30, 12, null);
    }

    private static void atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: 1 or above)");
      }
    }

    @Override
    public String toString() {
      return "Options[%s:%d, %d tokens, %s]"
          .formatted(host, port, tokens.size(), tlsKey == null ? "plain" : "TLS");
    }
  }

  private HttpVerticle(Shared shared, boolean first) {
    this.shared = shared;
    this.first = first;
  }

  /**
   * Makes the instances, which share one read model; blocks for a moment. {@code scrape} gives the
   * meters in Prometheus' text format, on a worker; only members that are proven change anything.
   */
  public static Supplier<HttpVerticle> deployable(
      Options options, MeterRegistry meters, Supplier<String> scrape, boolean membersProven) {
    return deployable(
        Shared.of(options, meters, scrape, Access.of(options), ConnectionCounts.Limits.DEFAULTS)
            .with(membersProven));
  }

  /** Makes instances that share that. */
  static Supplier<HttpVerticle> deployable(Shared shared) {
    AtomicBoolean first = new AtomicBoolean(true);
    return () -> new HttpVerticle(shared, first.getAndSet(false));
  }

  /** The port it listens on; from any thread. Fails {@code IllegalStateException} before. */
  public int actualPort() {
    if (listener == null) {
      throw new IllegalStateException("not started yet");
    }
    return listener.port();
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    HealthView health = new HealthView(bus);
    SseHub streams = new SseHub(bus, vertx, shared.meters(), SseLimits.DEFAULTS);
    hub = streams;
    Connections connections = new Connections(vertx, shared.connections());
    Listener made = new Listener(vertx, shared.options(), connections);
    listener = made;
    Door door = new Door(shared, vertx, bus, health, streams, connections);
    Future<Void> state = new ReadModelFeed(bus, vertx, shared.model()).start();
    Future<Map<Call, RequestRules>> rules =
        vertx.executeBlocking(() -> RequestRules.of(shared.document()), false);
    shared.access().onLoss(() -> context.runOnContext(now -> streams.endRevoked()));
    return Future.all(state, health.start(), rules)
        .compose(done -> streams.start())
        .compose(done -> made.listen(door, rules.result()))
        .onSuccess(done -> members = first ? door.once(made, rules.result()) : null);
  }

  @Override
  public Future<?> stop() {
    if (hub != null) {
      hub.close();
    }
    Future<?> left = members == null ? Future.succeededFuture() : members.close();
    return listener == null ? left : Future.join(left, listener.close());
  }
}

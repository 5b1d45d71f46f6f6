package dev.holdfast.http;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP room: REST, server-sent events, health and metrics. Deployed once an event loop, after
 * the rooms of settings, crypto and health, whose answers it needs to start.
 */
public final class HttpVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);
  private static final long STOP_MILLIS = 2_000;

  private final Shared shared;
  private @Nullable SseHub hub;
  private volatile @Nullable HttpServer server;

  /**
   * How the room is set up.
   *
   * @param host the address to listen on
   * @param port the port; 0 for any free one
   * @param tokens the entries of {@code CONFIG_API_TOKENS}, at least one
   * @param tlsCertificate PEM file of the certificate chain, or null for plain HTTP
   * @param tlsKey PEM file of its private key, or null for plain HTTP
   */
  public record Options(
      String host,
      int port,
      List<String> tokens,
      @Nullable Path tlsCertificate,
      @Nullable Path tlsKey) {
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
      tokens = List.copyOf(tokens);
      Tokens.parse(tokens);
    }

    /** Plain HTTP. */
    public Options(String host, int port, List<String> tokens) {
      this(host, port, tokens, null, null);
    }

    @Override
    public String toString() {
      return "Options[%s:%d, %d tokens, %s]"
          .formatted(host, port, tokens.size(), tlsKey == null ? "plain" : "TLS");
    }
  }

  private HttpVerticle(Shared shared) {
    this.shared = shared;
  }

  /**
   * Makes the instances, which share one read model. Reads a resource, so it blocks for a moment.
   *
   * @param meters where metrics go
   * @param scrape gives them in the text format of Prometheus; called on a worker thread
   */
  public static Supplier<HttpVerticle> deployable(
      Options options, MeterRegistry meters, Supplier<String> scrape) {
    Tokens tokens = Tokens.parse(options.tokens());
    tokens.weak().forEach(name -> LOG.warn("CONFIG_API_TOKENS: token {} is under 128 bits", name));
    Shared shared =
        new Shared(
            options,
            tokens,
            requireNonNull(meters, "meters"),
            requireNonNull(scrape, "scrape"),
            ApiDocument.load(),
            new ReadModel());
    return () -> new HttpVerticle(shared);
  }

  /** The port it listens on; from any thread. Fails {@code IllegalStateException} before. */
  public int actualPort() {
    HttpServer listening = server;
    if (listening == null) {
      throw new IllegalStateException("not listening yet");
    }
    return listening.actualPort();
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    HealthView health = new HealthView(bus);
    SseHub streams = new SseHub(bus, vertx, shared.meters());
    hub = streams;
    Door door = new Door(shared, vertx, bus, health, streams);
    Future<Void> state = new ReadModelFeed(bus, vertx, shared.model()).start();
    Future<Map<Call, RequestRules>> rules =
        vertx.executeBlocking(() -> RequestRules.of(shared.document()), false);
    return Future.all(state, health.start(), rules)
        .compose(done -> streams.start())
        .compose(done -> listen(door, rules.result()));
  }

  @Override
  public Future<?> stop() {
    if (hub != null) {
      hub.close();
    }
    HttpServer listening = server;
    return listening == null
        ? Future.succeededFuture()
        : listening.shutdown(STOP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Future<HttpServer> listen(Door door, Map<Call, RequestRules> rules) {
    HttpServer made = vertx.createHttpServer(HttpLimits.of(shared.options()));
    return made.invalidRequestHandler(door.errors())
        .requestHandler(door.requests(rules))
        .listen()
        .onSuccess(
            listening -> {
              server = listening;
              LOG.info("listening on {}:{}", shared.options().host(), listening.actualPort());
            })
        .recover(
            failure -> Future.failedFuture(HttpLimits.notListening(shared.options(), failure)));
  }
}

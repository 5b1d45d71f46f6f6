package dev.holdfast.lkg;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.ComputeHmac;
import dev.holdfast.messages.crypto.CryptoRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last-known-good file one step behind the settings: at start the file on disk is
 * verified and held against the database, afterwards it is rewritten soon after every change and a
 * last time at stop. What is on disk is announced by {@link
 * dev.holdfast.messages.lkg.LkgTopics#STATE}.
 */
public final class LkgVerticle extends VerticleBase {
  private final Options options;
  private final MeterRegistry meters;
  private @Nullable LkgWriter writer;

  /** Ready to deploy once the crypto and the settings room are. */
  public LkgVerticle(Options options, MeterRegistry meters) {
    this.options = requireNonNull(options, "options");
    this.meters = requireNonNull(meters, "meters");
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    Follower follower = new Follower(vertx, bus);
    LkgWriter files = new LkgWriter(vertx, bus, options, Clock.systemUTC(), meters);
    StartCheck check = new StartCheck(vertx, new LkgReader(vertx, bus), options.path());
    return follower
        .start()
        .compose(image -> bus.call(CryptoRoutes.HMAC, new ComputeHmac("")))
        .compose(
            key ->
                check
                    .run(follower.image(), key.keyId())
                    .onSuccess(
                        found -> {
                          writer = files;
                          files.begin(found, key.keyId(), follower.image());
                          follower.onChange(files::offer);
                        }));
  }

  @Override
  public Future<?> stop() {
    return writer == null ? Future.succeededFuture() : writer.close();
  }

  /**
   * Where and how often to write.
   *
   * @param path the file; its folder is made where there is none
   * @param minIntervalMillis the least time between the starts of two writes, to spare flash
   *     memory; 0 for none. The state at stop is written regardless
   */
  public record Options(Path path, long minIntervalMillis) {
    /** The longest interval that makes sense: a day. */
    private static final long MAX_INTERVAL = 86_400_000;

    public Options {
      requireNonNull(path, "path");
      if (minIntervalMillis < 0 || minIntervalMillis > MAX_INTERVAL) {
        throw new IllegalArgumentException(
            "minIntervalMillis: " + minIntervalMillis + " (expected: 0 to " + MAX_INTERVAL + ")");
      }
    }
  }
}

package dev.holdfast.lkg;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.lkg.LkgRoutes;
import dev.holdfast.messages.settings.SettingsRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last-known-good file one step behind the settings: once they are those of the database,
 * the file on disk is verified and held against them; afterwards it is rewritten soon after every
 * change and a last time at stop. Before, and while they are others, it is read and never written.
 * What is on disk is announced by {@link dev.holdfast.messages.lkg.LkgTopics#STATE}.
 */
public final class LkgVerticle extends VerticleBase {
  private final Options options;
  private final MeterRegistry meters;
  private @Nullable Keeper writer;

  /** Ready to deploy once the crypto room is. */
  public LkgVerticle(Options options, MeterRegistry meters) {
    this.options = requireNonNull(options, "options");
    this.meters = requireNonNull(meters, "meters");
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    LkgReader reader = new LkgReader(vertx, bus);
    Shelf shelf = new Shelf(vertx, bus, reader, options.path());
    bus.serve(LkgRoutes.READ, question -> shelf.read());
    Follower follower = new Follower(vertx, bus);
    LkgWriter files = new LkgWriter(vertx, bus, options, Clock.systemUTC(), meters);
    StartCheck check = new StartCheck(vertx, reader, options.path());
    Keeper keeper = new Keeper(vertx, bus, follower, check, files);
    writer = keeper;
    bus.subscribe(SettingsRoutes.STANDING, keeper::standing);
    return Future.succeededFuture();
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

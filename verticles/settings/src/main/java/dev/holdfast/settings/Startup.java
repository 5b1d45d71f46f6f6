package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.CryptoRoutes;
import dev.holdfast.messages.crypto.GetKeys;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** From files and database to settings that are served. */
final class Startup {
  private final Vertx vertx;
  private final Bus bus;
  private final Clock clock;
  private final Secrets secrets;

  Startup(Vertx vertx, Bus bus, Clock clock, Secrets secrets) {
    this.vertx = vertx;
    this.bus = bus;
    this.clock = clock;
    this.secrets = secrets;
  }

  /**
   * What the start came to.
   *
   * @param shapes the schemas of the files, and the environment
   * @param ground what is served
   * @param keys the ids of the keys
   */
  record Ready(Shapes shapes, Ground ground, Keys keys) {}

  /**
   * Fails with {@code IllegalArgumentException} for schemas or environment variables with faults,
   * and {@code CONFLICT} for other key bytes than known; whatever else the database is like.
   */
  Future<Ready> run(List<SchemaFile> files, Map<String, String> variables) {
    return vertx
        .executeBlocking(
            () -> {
              SchemaBook book = SchemaBook.compile(files);
              return new Shapes(book, Environment.read(variables, book.ofFiles()));
            },
            false)
        .compose(
            shapes ->
                bus.call(CryptoRoutes.KEYS, new GetKeys())
                    .compose(
                        keys -> {
                          Ground ground = new Ground(vertx, bus, clock, secrets, shapes, keys);
                          return ground.start().map(done -> new Ready(shapes, ground, keys));
                        }));
  }
}

package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.settings.SettingsVerticle.Options;
import dev.holdfast.settings.SettingsVerticle.Trial;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes the way of {@link Startup} over schema files and what is stored, up to the writes, and tells
 * where it leads.
 */
final class SchemaTrial {
  private final Vertx vertx;
  private final Bus bus;

  private SchemaTrial(Vertx vertx) {
    this.vertx = vertx;
    this.bus = new Bus(vertx);
  }

  /** Needs the crypto room where something is stored. Fails as that does. */
  static Future<Trial> run(Vertx vertx, Options options, @Nullable Stored stored) {
    SchemaTrial trial = new SchemaTrial(vertx);
    return vertx
        .executeBlocking(
            () -> {
              SchemaBook book = SchemaBook.compile(options.schemas());
              return new Shapes(book, Environment.read(options.environment(), book.ofFiles()));
            })
        .compose(
            shapes ->
                stored == null ? trial.withoutDatabase(shapes) : trial.withDatabase(shapes, stored))
        .recover(SchemaTrial::told);
  }

  /** A fault is an outcome, not a failure. */
  private static Future<Trial> told(Throwable failure) {
    return failure instanceof IllegalArgumentException
        ? Future.succeededFuture(
            new Trial(String.valueOf(failure.getMessage()), List.of(), false, List.of()))
        : Future.failedFuture(failure);
  }

  private Future<Trial> withoutDatabase(Shapes shapes) {
    return vertx.executeBlocking(
        () -> {
          shapes.book().resolve(List.of());
          return new Trial(null, List.of(), false, List.of());
        });
  }

  private Future<Trial> withDatabase(Shapes shapes, Stored stored) {
    return new Fingerprints(bus)
        .changed(shapes.environment(), stored.services())
        .compose(changed -> vertx.executeBlocking(() -> Plan.of(shapes, stored, changed)))
        .compose(
            plan ->
                plan.breaks().isEmpty()
                    ? plan.seal(new Secrets(bus)).map(writes -> changes(plan, writes))
                    : Future.succeededFuture(
                        new Trial(null, List.copyOf(plan.breaks()), false, List.of())));
  }

  private static Trial changes(Plan plan, List<ServiceWrite> writes) {
    List<String> lines = writes.stream().map(SchemaTrial::line).sorted().toList();
    return new Trial(null, List.of(), plan.modelHash() == null, lines);
  }

  /** Keys, never values. */
  private static String line(ServiceWrite write) {
    long version = write.expectedVersion();
    if (version == 0) {
      return write.service() + ": new, with its defaults";
    }
    Set<String> keys = new TreeSet<>(write.history().stream().map(Difference::key).toList());
    String line =
        "%s: version %d becomes %d%s"
            .formatted(
                write.service(),
                version,
                version + 1,
                keys.isEmpty() ? "" : ": " + String.join(", ", keys));
    if (write instanceof ServiceWrite.Put put) {
      line += among("; becomes secret: ", put.secrets().keySet());
      line += among("; the secret would be dropped: ", put.removedSecrets());
    }
    return line;
  }

  private static String among(String words, Set<String> keys) {
    return keys.isEmpty() ? "" : words + String.join(", ", new TreeSet<>(keys));
  }
}

package dev.holdfast.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.model.SchemaOrigin;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of every service: which there are, what they may be, who changes them. One instance;
 * all its state is confined to its event loop.
 *
 * <p>Needs the crypto and storage rooms when it starts. The start fails with one text that names
 * every schema fault ({@code IllegalArgumentException}), or every stored setting that no longer
 * fits its schema ({@code CONFLICT}).
 */
public final class SettingsVerticle extends VerticleBase {
  /**
   * What the room needs to know.
   *
   * @param schemas the schema files, read but not yet checked; of each service at most one of each
   *     origin
   */
  public record Options(List<SchemaFile> schemas) {
    public Options {
      schemas = List.copyOf(schemas);
      Set<String> seen = new HashSet<>();
      for (SchemaFile file : schemas) {
        if (!seen.add(file.origin() + " " + file.service())) {
          throw new IllegalArgumentException(
              file.where() + ": a second schema of " + file.service() + " (expected: one)");
        }
      }
    }
  }

  /**
   * One schema file.
   *
   * @param service the service, by the file's name
   * @param origin {@code SHIPPED} or {@code DIRECTORY}
   * @param where the file's name, for messages
   * @param json its text
   */
  public record SchemaFile(String service, SchemaOrigin origin, String where, String json) {
    public SchemaFile {
      requireNonNull(service, "service");
      requireNonNull(where, "where");
      requireNonNull(json, "json");
      if (origin != SchemaOrigin.SHIPPED && origin != SchemaOrigin.DIRECTORY) {
        throw new IllegalArgumentException(
            where + ": origin " + origin + " (expected: SHIPPED or DIRECTORY)");
      }
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(SettingsVerticle.class);

  private final Options options;
  private final Clock clock;

  /** The room over these schema files. */
  public SettingsVerticle(Options options) {
    this(options, Clock.systemUTC());
  }

  SettingsVerticle(Options options, Clock clock) {
    this.options = requireNonNull(options, "options");
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    return new Startup(vertx, bus, clock)
        .run(options.schemas())
        .onSuccess(
            ready -> {
              serve(bus, ready);
              prepare(ready.ledger().memory());
            });
  }

  /** Makes the validators in the background, so that neither the start nor a change waits. */
  private void prepare(Memory memory) {
    List<CompiledSchema> schemas = List.copyOf(memory.schemas());
    vertx
        .executeBlocking(
            () -> {
              schemas.forEach(CompiledSchema::prepare);
              return schemas.size();
            },
            false)
        .onFailure(failure -> LOG.error("A schema cannot be used", failure));
  }

  private void serve(Bus bus, Startup.Ready ready) {
    Ledger ledger = ready.ledger();
    Memory memory = ledger.memory();
    ModelGate gate = new ModelGate();
    ConfigUseCases configs = new ConfigUseCases(ledger, gate, clock);
    RestoreUseCase restore = new RestoreUseCase(vertx, bus, memory, configs);
    SchemaUseCases schemas = new SchemaUseCases(vertx, ready.book(), ledger, gate, clock);
    Queries queries = new Queries(bus, memory);
    bus.serve(SettingsRoutes.PUT, configs::put);
    bus.serve(SettingsRoutes.PATCH, configs::patch);
    bus.serve(SettingsRoutes.DELETE, configs::delete);
    bus.serve(SettingsRoutes.RESTORE, restore::restore);
    bus.serve(SettingsRoutes.PUT_SCHEMA, schemas::put);
    bus.serve(SettingsRoutes.SCHEMAS, all -> Future.succeededFuture(schemas.all()));
    bus.serve(SettingsRoutes.STATE, all -> Future.succeededFuture(memory.state()));
    bus.serve(SettingsRoutes.SEARCH, queries::search);
    bus.serve(SettingsRoutes.HISTORY, queries::history);
  }
}

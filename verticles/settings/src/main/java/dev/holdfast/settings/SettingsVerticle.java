package dev.holdfast.settings;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.SchemaOrigin;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of every service: which there are, what they may be, who changes them. One instance;
 * all its state is confined to its event loop.
 *
 * <p>Needs the crypto, storage, health and last-known-good rooms when it starts. The start fails
 * with one text that names every schema fault ({@code IllegalArgumentException}), or for keys that
 * are not those of the database ({@code CONFLICT}). Where the database does not work, or what is
 * stored no longer fits its schema, it serves the best there is, read-only.
 */
public final class SettingsVerticle extends VerticleBase {
  /**
   * What the room needs to know.
   *
   * @param schemas the schema files, read but not yet checked; of each service at most one of each
   *     origin
   * @param environment the variables that may hold settings of services
   * @param graceMinutes how long the old master key must be kept after the last use of it, 0 or
   *     more
   * @param backupRetentionHours how long backups are kept, or null where there are none
   */
  public record Options(
      List<SchemaFile> schemas,
      Map<String, String> environment,
      int graceMinutes,
      @Nullable Integer backupRetentionHours) {
    public Options {
      schemas = List.copyOf(schemas);
      environment = Map.copyOf(environment);
      if (graceMinutes < 0) {
        throw new IllegalArgumentException(
            "graceMinutes: " + graceMinutes + " (expected: 0 or more)");
      }
      Set<String> seen = new HashSet<>();
      for (SchemaFile file : schemas) {
        if (!seen.add(file.origin() + " " + file.service())) {
          throw new IllegalArgumentException(
              file.where() + ": a second schema of " + file.service() + " (expected: one)");
        }
      }
    }

    /** Without the values of the environment. */
    @Override
    public String toString() {
      return "Options[" + schemas.size() + " schemas, " + environment.size() + " variables]";
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

  /**
   * What a start would come to.
   *
   * @param fault the start's words for what is wrong with schemas or environment, or null
   * @param breaks its words for every stored setting that no longer fits
   * @param sameModel whether the schemas are those of the database
   * @param changes a line for each service that would be another; no values
   */
  public record Trial(
      @Nullable String fault, List<String> breaks, boolean sameModel, List<String> changes) {}

  /** Tries it, for the command line; needs the crypto room where something is stored. */
  public static Future<Trial> tryOn(Vertx vertx, Options options, @Nullable Stored stored) {
    return SchemaTrial.run(vertx, options, stored);
  }

  private static final Logger LOG = LoggerFactory.getLogger(SettingsVerticle.class);

  private final Options options;
  private final MeterRegistry meters;
  private final Clock clock;

  /** The room over these schema files. */
  public SettingsVerticle(Options options, MeterRegistry meters) {
    this(options, meters, Clock.systemUTC());
  }

  SettingsVerticle(Options options, MeterRegistry meters, Clock clock) {
    this.options = requireNonNull(options, "options");
    this.meters = requireNonNull(meters, "meters");
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public Future<?> start() {
    Bus bus = new Bus(vertx);
    Secrets secrets = new Secrets(bus);
    return new Startup(vertx, bus, clock, secrets)
        .run(options.schemas(), options.environment())
        .onSuccess(
            ready -> {
              new Counter(vertx, bus, options, clock, meters).open(ready, secrets);
              prepare(ready.ground().memory());
            });
  }

  /** Makes in the background what the first change and the first search would wait for. */
  private void prepare(Memory memory) {
    List<CompiledSchema> schemas = List.copyOf(memory.schemas());
    Collection<Searched> searched = memory.searched().values();
    vertx
        .executeBlocking(
            () -> {
              searched.forEach(Searched::text);
              schemas.forEach(CompiledSchema::prepare);
              return schemas.size();
            },
            false)
        .onFailure(failure -> LOG.error("A schema cannot be used", failure));
  }
}

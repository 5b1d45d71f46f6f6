package dev.holdfast.settings;

import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.Values;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a start has to change of what is stored. Filled on one thread, then read on another. */
final class Plan {
  private final Map<String, CompiledSchema> schemas;
  private final Environment environment;
  private final @Nullable String modelHash;
  private final List<Step> steps = new ArrayList<>();
  private final List<String> breaks = new ArrayList<>();
  private final Set<String> known = new TreeSet<>();

  /** A write that waits for some secrets to be sealed. */
  private record Step(
      String service,
      Map<String, SecretValue> secrets,
      Function<Map<String, Sealed>, ServiceWrite> write) {}

  /**
   * The plan for all that is stored. Under the same schemas as before what is stored is what it
   * was: it is not looked at again.
   *
   * @param environmentChanged the services of which the environment holds other values than before
   */
  static Plan of(Shapes shapes, Stored stored, Set<String> environmentChanged) {
    Map<String, CompiledSchema> schemas = shapes.book().resolve(stored.schemas());
    String hash = ModelHash.of(schemas.values());
    Plan plan =
        new Plan(schemas, shapes.environment(), hash.equals(stored.modelHash()) ? null : hash);
    for (StoredService service : stored.services()) {
      plan.keep(service, environmentChanged.contains(service.service()));
    }
    stored.tombstones().forEach(tombstone -> plan.known(tombstone.service()));
    if (plan.breaks().isEmpty()) {
      plan.seed();
    }
    return plan;
  }

  /** Every stored setting that no longer fits: {@code service: key: reason}. */
  List<String> breaks() {
    return breaks;
  }

  /**
   * An empty one.
   *
   * @param modelHash the hash of these schemas; null where it is the one that is stored
   */
  Plan(Map<String, CompiledSchema> schemas, Environment environment, @Nullable String modelHash) {
    this.schemas = schemas;
    this.environment = environment;
    this.modelHash = modelHash;
  }

  Map<String, CompiledSchema> schemas() {
    return schemas;
  }

  /** The hash to store, or null. */
  @Nullable String modelHash() {
    return modelHash;
  }

  /** There was such a service: it is not seeded. */
  void known(String service) {
    known.add(service);
  }

  /** Takes a stored service over to its schema and to what the environment holds now. */
  void keep(StoredService service, boolean environmentChanged) {
    known.add(service.service());
    CompiledSchema schema = schemas.get(service.service());
    if (schema == null) {
      breaks.add(
          service.service()
              + ": there is no schema (expected: its schema file, where it was before)");
      return;
    }
    if (modelHash == null && !environmentChanged) {
      return;
    }
    SchemaEvolution.Outcome outcome =
        SchemaEvolution.evolve(
            service.stored(),
            service.setKeys(),
            service.secrets().keySet(),
            service.secrets().keySet(),
            schema,
            environment);
    for (FieldError error : outcome.breaks()) {
      breaks.add(service.service() + ": " + error.message());
    }
    boolean same =
        outcome.values().canonical().equals(service.stored().canonical())
            && outcome.differences().isEmpty()
            && outcome.secrets().isEmpty();
    if (outcome.breaks().isEmpty() && (!same || environmentChanged)) {
      steps.add(
          new Step(
              service.service(),
              outcome.secrets(),
              seals ->
                  Writes.reshape(
                      schema,
                      environment,
                      service.version(),
                      service.stored().map().keySet(),
                      service.secrets().keySet(),
                      outcome,
                      seals)));
    }
  }

  /** Makes the services that never were, where their defaults are legal. */
  void seed() {
    schemas.forEach(
        (name, schema) -> {
          Values defaults = Values.of(schema.defaults());
          if (!known.contains(name)
              && !schema.untyped()
              && schema.validate(environment.over(schema, defaults.map())).isEmpty()) {
            steps.add(
                new Step(
                    name,
                    Map.of(),
                    seals -> Writes.create(schema, environment, defaults, seals, List.of())));
          }
        });
  }

  /** The writes, once what becomes a secret has been sealed. */
  Future<List<ServiceWrite>> seal(Secrets secrets) {
    Future<List<ServiceWrite>> writes = Future.succeededFuture(new ArrayList<>());
    for (Step step : steps) {
      writes =
          writes.compose(
              done ->
                  secrets
                      .seal(step.service(), step.secrets())
                      .map(
                          seals -> {
                            done.add(step.write().apply(seals));
                            return done;
                          }));
    }
    return writes;
  }
}

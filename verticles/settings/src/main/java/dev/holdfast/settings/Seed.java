package dev.holdfast.settings;

import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.RebuildSettings;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.Values;
import dev.holdfast.settings.Writes.Author;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a new database begins with: what still fits the schemas, the secrets that open, and defaults
 * for the rest. Made on a worker thread, then used on the event loop.
 */
final class Seed {
  private final Shapes shapes;
  private final Stored stored;
  private final Map<String, List<String>> unreadable;
  private final Map<String, CompiledSchema> schemas;
  private final List<Part> parts = new ArrayList<>();
  private final List<String> reset = new ArrayList<>();
  private final List<ServiceWrite> writes = new ArrayList<>();

  /** One service, before what becomes a secret is sealed. */
  private record Part(
      CompiledSchema schema,
      Values values,
      Map<String, SecretValue> plain,
      Map<String, Sealed> seals,
      Set<String> lost) {}

  private Seed(
      Shapes shapes,
      Stored stored,
      Map<String, List<String>> unreadable,
      Map<String, CompiledSchema> schemas) {
    this.shapes = shapes;
    this.stored = stored;
    this.unreadable = unreadable;
    this.schemas = schemas;
  }

  /** Of these settings, but for the secrets that do not open. */
  static Seed of(Shapes shapes, Stored stored, Map<String, List<String>> unreadable) {
    Seed seed = new Seed(shapes, stored, unreadable, shapes.book().resolve(stored.schemas()));
    Set<String> known = new HashSet<>();
    for (StoredService service : stored.services()) {
      known.add(service.service());
      seed.keep(service);
    }
    stored.tombstones().forEach(tombstone -> known.add(tombstone.service()));
    seed.schemas.forEach(
        (name, schema) -> {
          if (!known.contains(name) && !schema.untyped()) {
            seed.defaults(schema);
          }
        });
    return seed;
  }

  private void keep(StoredService service) {
    CompiledSchema schema = schemas.get(service.service());
    if (schema == null) {
      reset.add(service.service() + ": there is no schema any more");
      return;
    }
    List<String> lost = unreadable.getOrDefault(service.service(), List.of());
    Map<String, Sealed> seals = new TreeMap<>(service.secrets());
    seals.keySet().removeAll(lost);
    seals.keySet().retainAll(schema.secretKeys());
    Map<String, @Nullable Object> values = new TreeMap<>(service.stored().map());
    Set<String> set = new HashSet<>(service.setKeys());
    SchemaEvolution.Outcome outcome = evolve(schema, values, set, seals.keySet());
    boolean dropped = true;
    while (!outcome.breaks().isEmpty() && dropped) {
      dropped = false;
      for (FieldError error : outcome.breaks()) {
        reset.add(service.service() + ": " + error.message());
        if (set.remove(error.field()) || values.containsKey(error.field())) {
          dropped = true;
        }
        values.remove(error.field());
      }
      outcome = evolve(schema, values, set, seals.keySet());
    }
    if (!outcome.breaks().isEmpty()) {
      defaults(schema);
      return;
    }
    Set<String> gone = new HashSet<>(lost);
    gone.retainAll(schema.secretKeys());
    parts.add(new Part(schema, outcome.values(), outcome.secrets(), seals, gone));
  }

  private SchemaEvolution.Outcome evolve(
      CompiledSchema schema,
      Map<String, @Nullable Object> values,
      Set<String> set,
      Set<String> secrets) {
    return SchemaEvolution.evolve(
        Values.of(values), set, secrets, secrets, schema, shapes.environment());
  }

  private void defaults(CompiledSchema schema) {
    Values defaults = Values.of(schema.defaults());
    if (schema.validate(shapes.environment().over(schema, defaults.map())).isEmpty()) {
      parts.add(new Part(schema, defaults, Map.of(), Map.of(), Set.of()));
    }
  }

  /** Has sealed what becomes a secret. */
  Future<Void> seal(Secrets secrets) {
    Future<Void> sealed = Future.succeededFuture();
    for (Part part : parts) {
      sealed =
          sealed.compose(
              done ->
                  secrets
                      .seal(part.schema().service(), part.plain())
                      .map(fresh -> add(part, fresh)));
    }
    return sealed;
  }

  private @Nullable Void add(Part part, Map<String, Sealed> fresh) {
    Map<String, Sealed> seals = new TreeMap<>(part.seals());
    seals.putAll(fresh);
    writes.add(Writes.seed(part.schema(), shapes.environment(), part.values(), seals, part.lost()));
    return null;
  }

  /** The version that each service goes on from. */
  Map<String, Long> versions() {
    Map<String, Long> versions = new TreeMap<>();
    stored.services().forEach(service -> versions.put(service.service(), service.version()));
    stored.tombstones().forEach(each -> versions.put(each.service(), each.version()));
    return versions;
  }

  int services() {
    return parts.size();
  }

  /** The secrets that do not open: {@code service key}. */
  List<String> lost() {
    List<String> lost = new ArrayList<>();
    unreadable.forEach((service, keys) -> keys.forEach(key -> lost.add(service + " " + key)));
    return lost;
  }

  /** What went back to its default: {@code service: key: reason}. */
  List<String> reset() {
    return reset;
  }

  /** The one change, with its entries of the access log. */
  CommitChange change(Clock clock, RebuildSettings command) {
    Set<String> seeded = new HashSet<>();
    writes.forEach(write -> seeded.add(write.service()));
    List<SchemaWrite> registered =
        stored.schemas().stream().filter(schema -> seeded.contains(schema.service())).toList();
    CommitChange change =
        Writes.commit(
            clock,
            writes,
            registered,
            ModelHash.of(schemas.values()),
            new Author(command.requestedBy(), command.reason()),
            "rebuild");
    List<AccessEntry> access = new ArrayList<>();
    access.add(
        new AccessEntry(
            command.requestedBy(), "rebuild", null, null, true, command.reason(), change.at()));
    access.addAll(change.access());
    unreadable.forEach(
        (service, keys) ->
            keys.forEach(
                key ->
                    access.add(
                        new AccessEntry(
                            command.requestedBy(),
                            "lose-secret",
                            service,
                            key,
                            false,
                            "does not open",
                            change.at()))));
    return new CommitChange(
        change.writes(),
        change.schemas(),
        change.modelHash(),
        change.author(),
        change.reason(),
        change.at(),
        access);
  }
}

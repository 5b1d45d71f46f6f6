package dev.holdfast.settings;

import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.settings.State;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Values;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settings that can be served, though perhaps not changed.
 *
 * @param stored what is served, as if it were stored
 * @param schemas the schema of each service
 * @param environment what stands over it
 */
record Substitute(Stored stored, Map<String, CompiledSchema> schemas, Environment environment) {
  /** The schemas of all that is stored; what has none is served without one. */
  static Map<String, CompiledSchema> schemas(Shapes shapes, Stored stored) {
    Map<String, CompiledSchema> schemas = shapes.book().resolve(stored.schemas());
    for (StoredService service : stored.services()) {
      schemas.computeIfAbsent(service.service(), CompiledSchema::untyped);
    }
    return schemas;
  }

  /** What a last-known-good file holds. Its settings are those that were effective. */
  static Stored stored(LkgContent content) {
    return new Stored(
        content.epoch(),
        content.revision(),
        content.schemaVersion(),
        "",
        content.services().stream()
            .map(
                service ->
                    new StoredService(
                        service.service(),
                        service.version(),
                        service.revision(),
                        service.effective(),
                        service.secrets().keySet(),
                        service.updatedAt(),
                        service.updatedBy(),
                        service.secrets(),
                        ""))
            .toList(),
        content.schemas(),
        content.tombstones());
  }

  /** The same to be stored anew: what the environment held was never stored. */
  static Stored withoutEnvironment(LkgContent content, Shapes shapes) {
    Stored effective = stored(content);
    Map<String, CompiledSchema> schemas = schemas(shapes, effective);
    List<StoredService> services = new ArrayList<>();
    for (int i = 0; i < content.services().size(); i++) {
      StoredService service = effective.services().get(i);
      Map<String, @Nullable Object> values = new TreeMap<>(service.stored().map());
      values.keySet().removeAll(content.services().get(i).environmentKeys());
      CompiledSchema schema = Objects.requireNonNull(schemas.get(service.service()));
      Set<String> set = schema.setKeys(values);
      set.addAll(service.setKeys());
      services.add(
          new StoredService(
              service.service(),
              service.version(),
              service.revision(),
              Values.of(values),
              set,
              service.updatedAt(),
              service.updatedBy(),
              service.secrets(),
              ""));
    }
    return new Stored(
        effective.epoch(),
        effective.revision(),
        effective.schemaVersion(),
        "",
        services,
        effective.schemas(),
        effective.tombstones());
  }

  /** What is served, as storage would have it. */
  static Stored stored(Memory memory) {
    State state = memory.state();
    List<StoredService> services = new ArrayList<>();
    List<SchemaWrite> registered = new ArrayList<>();
    for (ServiceSnapshot snapshot : state.services()) {
      services.add(
          new StoredService(
              snapshot.service(),
              snapshot.version(),
              snapshot.revision(),
              memory.stored(snapshot.service()),
              snapshot.setKeys(),
              snapshot.updatedAt(),
              snapshot.updatedBy(),
              snapshot.secrets(),
              ""));
      SchemaOrigin origin = snapshot.schema().origin();
      if (origin == SchemaOrigin.REGISTERED || origin == SchemaOrigin.UNTYPED) {
        registered.add(new SchemaWrite(snapshot.service(), origin, snapshot.schema().document()));
      }
    }
    return new Stored(
        state.epoch(),
        state.revision(),
        state.schemaVersion(),
        "",
        services,
        registered,
        state.tombstones());
  }

  /** Where nothing is known. */
  static Substitute defaults(Shapes shapes, Clock clock) {
    Map<String, CompiledSchema> schemas = shapes.book().resolve(List.of());
    Instant now = clock.instant();
    List<StoredService> services = new ArrayList<>();
    schemas.forEach(
        (name, schema) -> {
          Values defaults = Values.of(schema.defaults());
          services.add(
              new StoredService(name, 1, 0, defaults, Set.of(), now, "system", Map.of(), ""));
        });
    return new Substitute(
        new Stored(State.NO_EPOCH, 0, 0, "", services, List.of(), List.of()),
        schemas,
        shapes.environment());
  }
}

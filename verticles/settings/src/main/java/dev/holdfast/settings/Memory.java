package dev.holdfast.settings;

import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.State;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything there is, as of one revision. Confined to one event loop; what it hands out is
 * immutable.
 */
final class Memory {
  private final Map<String, CompiledSchema> schemas = new TreeMap<>();
  private final Map<String, ServiceSnapshot> services = new TreeMap<>();
  private final Map<String, Tombstone> tombstones = new TreeMap<>();
  private String epoch = "";
  private long revision;
  private long schemaVersion;

  Memory(Stored stored, Map<String, CompiledSchema> schemas) {
    adopt(stored, schemas);
  }

  /** Takes what is stored in place of all that was known. */
  void adopt(Stored stored, Map<String, CompiledSchema> resolved) {
    schemas.clear();
    schemas.putAll(resolved);
    services.clear();
    tombstones.clear();
    epoch = stored.epoch();
    revision = stored.revision();
    schemaVersion = stored.schemaVersion();
    for (StoredService service : stored.services()) {
      CompiledSchema schema = schemas.get(service.service());
      if (schema != null) {
        services.put(service.service(), snapshot(service, schema));
      }
    }
    stored.tombstones().forEach(tombstone -> tombstones.put(tombstone.service(), tombstone));
  }

  /** What a committed change is to everybody else. */
  ConfigChanged event(Committed committed, Proposal proposal) {
    List<ServiceSnapshot> changed = new ArrayList<>();
    List<Tombstone> deleted = new ArrayList<>();
    for (ServiceWrite write : proposal.change().writes()) {
      String service = write.service();
      long version = Objects.requireNonNull(committed.versions().get(service), service);
      if (write instanceof ServiceWrite.Put put) {
        changed.add(
            new ServiceSnapshot(
                service,
                version,
                committed.revision(),
                epoch,
                proposal.change().at(),
                proposal.change().author(),
                put.stored(),
                put.setKeys(),
                Objects.requireNonNull(proposal.shapes().get(service), service).schema()));
      } else {
        deleted.add(
            new Tombstone(service, version, committed.revision(), epoch, proposal.change().at()));
      }
    }
    return new ConfigChanged(
        committed.revision(), epoch, committed.schemaVersion(), changed, deleted);
  }

  /** Follows a committed change. */
  void apply(ConfigChanged event, Proposal proposal) {
    learn(event.schemaVersion(), proposal);
    revision = event.revision();
    for (ServiceSnapshot snapshot : event.changed()) {
      services.put(snapshot.service(), snapshot);
      tombstones.remove(snapshot.service());
    }
    for (Tombstone tombstone : event.deleted()) {
      services.remove(tombstone.service());
      tombstones.put(tombstone.service(), tombstone);
    }
  }

  /** Takes over the schemas that a committed change wrote. */
  void learn(long newSchemaVersion, Proposal proposal) {
    schemaVersion = Math.max(schemaVersion, newSchemaVersion);
    for (String service : proposal.registers()) {
      schemas.put(service, Objects.requireNonNull(proposal.shapes().get(service), service));
    }
  }

  /** What is newer than a revision, as one event. */
  ConfigChanged since(long old) {
    return new ConfigChanged(
        revision,
        epoch,
        schemaVersion,
        services.values().stream().filter(service -> service.revision() > old).toList(),
        tombstones.values().stream().filter(tombstone -> tombstone.revision() > old).toList());
  }

  State state() {
    return new State(
        revision,
        epoch,
        schemaVersion,
        List.copyOf(services.values()),
        List.copyOf(tombstones.values()));
  }

  @Nullable ServiceSnapshot service(String name) {
    return services.get(name);
  }

  Collection<ServiceSnapshot> services() {
    return services.values();
  }

  boolean buried(String name) {
    return tombstones.containsKey(name);
  }

  @Nullable CompiledSchema schema(String name) {
    return schemas.get(name);
  }

  /** In order of the services' names. */
  Collection<CompiledSchema> schemas() {
    return schemas.values();
  }

  /** The hash of all schemas, were this one among them. */
  String modelHashWith(CompiledSchema schema) {
    Map<String, CompiledSchema> all = new TreeMap<>(schemas);
    all.put(schema.service(), schema);
    return ModelHash.of(all.values());
  }

  /** The version of a service, 0 where there is none. */
  long version(String name) {
    ServiceSnapshot snapshot = services.get(name);
    return snapshot == null ? 0 : snapshot.version();
  }

  String epoch() {
    return epoch;
  }

  long revision() {
    return revision;
  }

  long schemaVersion() {
    return schemaVersion;
  }

  private ServiceSnapshot snapshot(StoredService stored, CompiledSchema schema) {
    Values values = Values.of(Scalars.normal(stored.stored().map()));
    return new ServiceSnapshot(
        stored.service(),
        stored.version(),
        stored.revision(),
        epoch,
        stored.updatedAt(),
        stored.updatedBy(),
        values,
        schema.setKeys(values.map()),
        schema.schema());
  }
}

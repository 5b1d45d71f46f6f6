package dev.holdfast.settings;

import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.State;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.ReplaceSecrets.Replacement;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything there is, as of one revision. Confined to one event loop; what it hands out is
 * immutable, but for {@link #searched}.
 */
final class Memory {
  private final Map<String, CompiledSchema> schemas = new TreeMap<>();
  private final Map<String, ServiceSnapshot> services = new TreeMap<>();
  private Map<String, Searched> searched = new ConcurrentSkipListMap<>();
  private final Map<String, Values> stored = new TreeMap<>();
  private final Map<String, Set<String>> lost = new TreeMap<>();
  private final SealCount seals = new SealCount();
  private final Map<String, Tombstone> tombstones = new TreeMap<>();
  private Environment environment;
  private String epoch = "";
  private long revision;
  private long schemaVersion;

  /** An empty one, of no epoch. */
  Memory(Environment environment) {
    this.environment = environment;
  }

  /** Takes what is stored in place of all that was known. */
  void adopt(Stored all, Map<String, CompiledSchema> resolved, Environment held) {
    environment = held;
    schemas.clear();
    schemas.putAll(resolved);
    services.clear();
    searched = new ConcurrentSkipListMap<>();
    seals.clear();
    stored.clear();
    lost.clear();
    tombstones.clear();
    epoch = all.epoch();
    revision = all.revision();
    schemaVersion = all.schemaVersion();
    for (StoredService service : all.services()) {
      CompiledSchema schema = schemas.get(service.service());
      if (schema != null) {
        adopt(service, schema);
      }
    }
    all.tombstones().forEach(tombstone -> tombstones.put(tombstone.service(), tombstone));
  }

  /** What a committed change is to everybody else. */
  ConfigChanged event(Committed committed, Proposal proposal) {
    List<ServiceSnapshot> changed = new ArrayList<>();
    List<Tombstone> deleted = new ArrayList<>();
    for (ServiceWrite write : proposal.change().writes()) {
      String service = write.service();
      long version = Objects.requireNonNull(committed.versions().get(service), service);
      if (write instanceof ServiceWrite.Put put) {
        CompiledSchema schema = Objects.requireNonNull(proposal.shapes().get(service), service);
        changed.add(
            new ServiceSnapshot(
                service,
                version,
                committed.revision(),
                epoch,
                proposal.change().at(),
                proposal.change().author(),
                environment.over(schema, put.stored()),
                put.setKeys(),
                schema.schema(),
                environment.of(schema).keys(),
                secretsAfter(put)));
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
    for (ServiceWrite write : proposal.change().writes()) {
      if (write instanceof ServiceWrite.Put put) {
        stored.put(put.service(), put.stored());
        lost.computeIfPresent(put.service(), (service, keys) -> stillLost(put, keys));
      }
    }
    for (ServiceSnapshot snapshot : event.changed()) {
      place(snapshot);
      tombstones.remove(snapshot.service());
    }
    for (Tombstone tombstone : event.deleted()) {
      seals.replaced(services.remove(tombstone.service()), null);
      searched.remove(tombstone.service());
      stored.remove(tombstone.service());
      lost.remove(tombstone.service());
      tombstones.put(tombstone.service(), tombstone);
    }
  }

  /** Takes over the schemas that a committed change wrote. */
  void learn(long newSchemaVersion, Proposal proposal) {
    schemaVersion = Math.max(schemaVersion, newSchemaVersion);
    for (String service : proposal.registers()) {
      schemas.put(service, Objects.requireNonNull(proposal.shapes().get(service), service));
      ServiceSnapshot there = services.get(service);
      if (there != null) {
        place(there);
      }
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

  /** What is stored of a service: without what the environment holds, and without secrets. */
  Values stored(String name) {
    return stored.getOrDefault(name, Values.EMPTY);
  }

  /** The secrets that were set, but of which storage has no row any more. */
  Map<String, Set<String>> lost() {
    return lost;
  }

  Set<String> lost(String name) {
    return lost.getOrDefault(name, Set.of());
  }

  Environment environment() {
    return environment;
  }

  /** How many secrets there are, by key. */
  SealCount seals() {
    return seals;
  }

  /**
   * Puts other seals on secrets that still have the ones before; gives back the services concerned.
   * All of a service at once, since each time its snapshot is made anew.
   */
  Set<String> reseal(List<Replacement> replacements) {
    Map<String, Map<String, Sealed>> seals = new TreeMap<>();
    for (Replacement each : replacements) {
      ServiceSnapshot snapshot = services.get(each.service());
      if (snapshot != null && each.before().equals(snapshot.secrets().get(each.key()))) {
        seals
            .computeIfAbsent(each.service(), service -> new TreeMap<>(snapshot.secrets()))
            .put(each.key(), each.after());
      }
    }
    seals.forEach(
        (service, secrets) ->
            place(Objects.requireNonNull(services.get(service)).withSecrets(secrets)));
    return seals.keySet();
  }

  Collection<ServiceSnapshot> services() {
    return services.values();
  }

  /** What search looks at, by service; for any thread, and following what changes meanwhile. */
  Map<String, Searched> searched() {
    return searched;
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

  private void adopt(StoredService service, CompiledSchema schema) {
    String name = service.service();
    Values values = Values.of(Scalars.normal(service.stored().map()));
    Set<String> gone = new TreeSet<>(service.setKeys());
    gone.retainAll(schema.secretKeys());
    gone.removeAll(service.secrets().keySet());
    if (!gone.isEmpty()) {
      lost.put(name, gone);
    }
    Set<String> setKeys = schema.setKeys(values.map());
    setKeys.addAll(service.secrets().keySet());
    setKeys.addAll(gone);
    stored.put(name, values);
    place(
        new ServiceSnapshot(
            name,
            service.version(),
            service.revision(),
            epoch,
            service.updatedAt(),
            service.updatedBy(),
            environment.over(schema, values),
            setKeys,
            schema.schema(),
            environment.of(schema).keys(),
            service.secrets()));
  }

  private void place(ServiceSnapshot snapshot) {
    seals.replaced(services.put(snapshot.service(), snapshot), snapshot);
    CompiledSchema schema = schemas.get(snapshot.service());
    if (schema != null) {
      searched.put(snapshot.service(), new Searched(snapshot, schema));
    }
  }

  private Map<String, Sealed> secretsAfter(ServiceWrite.Put put) {
    ServiceSnapshot before = services.get(put.service());
    Map<String, Sealed> secrets =
        before == null ? new TreeMap<>() : new TreeMap<>(before.secrets());
    secrets.keySet().removeAll(put.removedSecrets());
    secrets.putAll(put.secrets());
    return secrets;
  }

  private static @Nullable Set<String> stillLost(ServiceWrite.Put put, Set<String> keys) {
    Set<String> left = new TreeSet<>(keys);
    left.removeAll(put.secrets().keySet());
    left.removeAll(put.removedSecrets());
    return left.isEmpty() ? null : left;
  }
}

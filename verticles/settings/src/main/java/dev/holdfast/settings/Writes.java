package dev.holdfast.settings;

import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Values;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Builds what storage is asked to write. */
final class Writes {
  private final Memory memory;
  private final Clock clock;

  Writes(Memory memory, Clock clock) {
    this.memory = memory;
    this.clock = clock;
  }

  /** Makes a service that does not exist. */
  static ServiceWrite.Put create(
      CompiledSchema schema,
      Environment environment,
      Values values,
      Map<String, Sealed> secrets,
      List<Difference> history) {
    return new ServiceWrite.Put(
        schema.service(),
        0,
        values,
        setKeys(schema, values, secrets.keySet()),
        schema.items(values, schema.keys(values)),
        Set.of(),
        history,
        secrets,
        Set.of(),
        Set.of(),
        environment.fingerprint(schema));
  }

  /** Makes a service that was there before; secrets that are lost go on counting as set. */
  static ServiceWrite.Put seed(
      CompiledSchema schema,
      Environment environment,
      Values values,
      Map<String, Sealed> secrets,
      Set<String> lost) {
    Set<String> kept = new TreeSet<>(secrets.keySet());
    kept.addAll(lost);
    return new ServiceWrite.Put(
        schema.service(),
        0,
        values,
        setKeys(schema, values, kept),
        schema.items(values, schema.keys(values)),
        Set.of(),
        List.of(),
        secrets,
        Set.of(),
        Set.of(),
        environment.fingerprint(schema));
  }

  /** Changes the settings of a service under the schema it has: only the rows that differ. */
  ServiceWrite.Put change(
      CompiledSchema schema,
      ServiceSnapshot before,
      Values values,
      Map<String, Sealed> secrets,
      Set<String> removedSecrets,
      List<Difference> differences) {
    Set<String> changed = new TreeSet<>();
    Set<String> removed = new TreeSet<>();
    for (Difference difference : differences) {
      String key = difference.key();
      boolean gone = schema.untyped() && !values.has(key);
      if (!schema.secret(key)) {
        (gone ? removed : changed).add(key);
      }
    }
    Set<String> keep = new TreeSet<>(before.secrets().keySet());
    keep.addAll(memory.lost(schema.service()));
    keep.removeAll(removedSecrets);
    keep.addAll(secrets.keySet());
    return new ServiceWrite.Put(
        schema.service(),
        before.version(),
        values,
        setKeys(schema, values, keep),
        schema.items(values, changed),
        removed,
        differences,
        secrets,
        removedSecrets,
        Set.of(),
        memory.environment().fingerprint(schema));
  }

  /**
   * Takes a service over to another schema: every row is written, since all may read otherwise.
   *
   * @param rowsBefore the keys there were rows of
   * @param secretsBefore the secrets that are stored
   * @param sealed what becomes a secret
   */
  static ServiceWrite.Put reshape(
      CompiledSchema schema,
      Environment environment,
      long version,
      Set<String> rowsBefore,
      Set<String> secretsBefore,
      SchemaEvolution.Outcome outcome,
      Map<String, Sealed> sealed) {
    Values values = outcome.values();
    Set<String> removed = new TreeSet<>(rowsBefore);
    removed.removeAll(schema.keys(values));
    Set<String> dropped = new TreeSet<>(secretsBefore);
    dropped.removeAll(schema.secretKeys());
    Set<String> kept = new TreeSet<>(secretsBefore);
    kept.removeAll(dropped);
    kept.addAll(sealed.keySet());
    return new ServiceWrite.Put(
        schema.service(),
        version,
        values,
        setKeys(schema, values, kept),
        schema.items(values, schema.keys(values)),
        removed,
        outcome.differences(),
        sealed,
        dropped,
        outcome.redacted(),
        environment.fingerprint(schema));
  }

  /** Deletes a service; its history tells what it held. */
  ServiceWrite remove(CompiledSchema schema, ServiceSnapshot before) {
    List<Difference> history = new ArrayList<>();
    memory
        .stored(before.service())
        .map()
        .forEach(
            (key, value) -> {
              if (value != null && !schema.secret(key)) {
                history.add(new Difference(key, value, null));
              }
            });
    before
        .secrets()
        .keySet()
        .forEach(key -> history.add(new Difference(key, SecretValue.MASK, null)));
    return new ServiceWrite.Remove(before.service(), before.version(), history);
  }

  /** The whole change, with its entries of the access log. */
  CommitChange commit(
      ServiceWrite write,
      List<SchemaWrite> schemas,
      @Nullable String modelHash,
      Author author,
      String action) {
    return commit(List.of(write), schemas, modelHash, author, action);
  }

  /** The same of several services, or none. */
  CommitChange commit(
      List<? extends ServiceWrite> services,
      List<SchemaWrite> schemas,
      @Nullable String modelHash,
      Author author,
      String action) {
    return commit(clock, services, schemas, modelHash, author, action);
  }

  /** The same where there is no memory yet. */
  static CommitChange commit(
      Clock clock,
      List<? extends ServiceWrite> writes,
      List<SchemaWrite> schemas,
      @Nullable String modelHash,
      Author author,
      String action) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
    List<AccessEntry> access = new ArrayList<>();
    for (ServiceWrite write : writes) {
      access.add(entry(author, action, write.service(), onlyKey(write), at));
      if (write instanceof ServiceWrite.Put put && !action.endsWith("-secret")) {
        new TreeSet<>(put.secrets().keySet())
            .forEach(key -> access.add(entry(author, "set-secret", put.service(), key, at)));
        new TreeSet<>(put.removedSecrets())
            .forEach(key -> access.add(entry(author, "remove-secret", put.service(), key, at)));
      }
    }
    if (writes.isEmpty()) {
      schemas.forEach(schema -> access.add(entry(author, action, schema.service(), null, at)));
    }
    return new CommitChange(
        List.copyOf(writes), schemas, modelHash, author.name(), author.reason(), at, access);
  }

  /**
   * On whose behalf and why.
   *
   * @param name the token's name
   * @param reason why, or null
   */
  record Author(String name, @Nullable String reason) {}

  private static AccessEntry entry(
      Author author, String action, String service, @Nullable String key, Instant at) {
    return new AccessEntry(author.name(), action, service, key, true, author.reason(), at);
  }

  private static @Nullable String onlyKey(ServiceWrite write) {
    return write.history().size() == 1 ? write.history().get(0).key() : null;
  }

  private static Set<String> setKeys(CompiledSchema schema, Values values, Set<String> secrets) {
    Set<String> set = schema.setKeys(values.map());
    set.addAll(secrets);
    return set;
  }
}

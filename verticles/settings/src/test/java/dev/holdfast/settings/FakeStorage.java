package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.health.DatabaseAdmitted;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.lkg.LkgRoutes;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.HistoryEntry;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.DatabaseRebuilt;
import dev.holdfast.messages.storage.Done;
import dev.holdfast.messages.storage.FindHistory;
import dev.holdfast.messages.storage.HistoryFound;
import dev.holdfast.messages.storage.KeyMarked;
import dev.holdfast.messages.storage.RebuildDatabase;
import dev.holdfast.messages.storage.ReplaceSecrets;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.SecretsReplaced;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.Tombstone;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The storage room in memory, with the same rules for versions and revisions. */
final class FakeStorage {
  static final String EPOCH = "0b9c1a52-5c4e-4c3e-9d5b-0f6a2d1c7e11";

  final Map<String, StoredService> services = new TreeMap<>();
  final Map<String, Tombstone> tombstones = new TreeMap<>();
  final Map<String, SchemaWrite> schemas = new TreeMap<>();
  final List<HistoryEntry> history = new ArrayList<>();
  final List<CommitChange> commits = new ArrayList<>();
  final List<FindHistory> historyQuestions = new ArrayList<>();
  final List<String> checked = new ArrayList<>();
  final List<AccessEntry> access = new CopyOnWriteArrayList<>();
  final Map<String, Instant> marks = new ConcurrentHashMap<>();
  final FakeCrypto crypto = new FakeCrypto();
  long revision;
  long schemaVersion;
  String modelHash = "";
  boolean keysKnown = true;
  volatile @Nullable BusFailure replaceFails;

  /** What a commit answers, given the ordinary answer; changed by tests. */
  Function<Future<Committed>, Future<Committed>> answer = ordinary -> ordinary;

  /** What happens before a commit is looked at; changed by tests. */
  Runnable before = () -> {};

  /** Why a question of it fails, or null. */
  volatile @Nullable BusFailure fault;

  /** Why health does not admit the database, or null. */
  volatile @Nullable String refuses;

  /** Why health does not admit the last-known-good file, or null. */
  volatile @Nullable String refusesCache;

  /** What the last-known-good file holds, or null where there is none. */
  volatile @Nullable LkgContent cache;

  volatile @Nullable RebuildDatabase rebuilt;
  volatile String epoch = EPOCH;
  volatile boolean failRebuild;

  private <T> Future<T> broken(Supplier<Future<T>> answer) {
    BusFailure failure = fault;
    return failure == null ? answer.get() : Future.failedFuture(failure);
  }

  private synchronized Future<DatabaseRebuilt> rebuild(RebuildDatabase question) {
    if (failRebuild) {
      return Future.failedFuture(BusFailure.of(FailureCode.STORAGE_FULL, "full"));
    }
    rebuilt = question;
    fault = null;
    epoch = "22222222-2222-4222-8222-222222222222";
    services.clear();
    tombstones.clear();
    schemas.clear();
    revision = question.versions().isEmpty() ? 0 : 1;
    schemaVersion = 0;
    modelHash = "";
    question
        .versions()
        .forEach(
            (service, version) ->
                tombstones.put(service, new Tombstone(service, version, 1, epoch, Instant.EPOCH)));
    return commit(question.seed()).map(new DatabaseRebuilt(epoch, "config.db.damaged-1", 0));
  }

  void serve(Vertx vertx) {
    Bus bus = new Bus(vertx);
    crypto.serve(bus);
    bus.serve(StorageRoutes.REPLACE_SECRETS, this::replace);
    bus.serve(
        StorageRoutes.MARK_KEY,
        mark -> {
          Instant since = mark.unusedSince();
          if (since == null) {
            marks.remove(mark.keyId());
          } else {
            marks.putIfAbsent(mark.keyId(), since);
          }
          return Future.succeededFuture(new KeyMarked(marks.get(mark.keyId())));
        });
    bus.serve(
        StorageRoutes.RECORD_ACCESS,
        question -> {
          access.add(question.entry());
          return Future.succeededFuture(new Done());
        });
    bus.subscribe(StorageRoutes.ACCESS, access::add);
    bus.serve(StorageRoutes.CHECK_KEYS, question -> broken(() -> check(question)));
    bus.serve(StorageRoutes.LOAD, question -> broken(() -> Future.succeededFuture(stored())));
    bus.serve(
        HealthRoutes.ADMIT,
        question ->
            Future.succeededFuture(
                new DatabaseAdmitted(
                    question.cache()
                        ? refusesCache
                        : question.epoch().equals(epoch) ? refuses : null)));
    bus.serve(
        LkgRoutes.READ,
        question -> {
          LkgContent content = cache;
          return content == null
              ? Future.failedFuture(BusFailure.of(FailureCode.NOT_FOUND, "no file"))
              : Future.succeededFuture(content);
        });
    bus.serve(StorageRoutes.REBUILD, this::rebuild);
    bus.serve(
        StorageRoutes.PROBE,
        question -> Future.succeededFuture(new StorageProbed(epoch, revision)));
    bus.serve(
        StorageRoutes.COMMIT,
        change -> {
          before.run();
          return broken(() -> answer.apply(commit(change)));
        });
    bus.serve(StorageRoutes.FIND_HISTORY, this::find);
  }

  synchronized Stored stored() {
    return new Stored(
        epoch,
        revision,
        schemaVersion,
        modelHash,
        List.copyOf(services.values()),
        List.copyOf(schemas.values()),
        List.copyOf(tombstones.values()));
  }

  synchronized Future<Committed> commit(CommitChange change) {
    for (ServiceWrite write : change.writes()) {
      StoredService service = services.get(write.service());
      long version = service == null ? 0 : service.version();
      if (version != write.expectedVersion()) {
        return Future.failedFuture(
            BusFailure.stale(write.service(), write.expectedVersion(), version));
      }
    }
    commits.add(change);
    access.addAll(change.access());
    if (!change.writes().isEmpty()) {
      revision++;
    }
    Map<String, Long> versions = new HashMap<>();
    change.writes().forEach(write -> versions.put(write.service(), apply(change, write)));
    change.schemas().forEach(schema -> schemas.put(schema.service(), schema));
    if (change.modelHash() != null && !change.modelHash().equals(modelHash)) {
      modelHash = change.modelHash();
      schemaVersion++;
    }
    return Future.succeededFuture(new Committed(revision, schemaVersion, versions));
  }

  private long apply(CommitChange change, ServiceWrite write) {
    String name = write.service();
    Tombstone tombstone = tombstones.remove(name);
    long version = 1 + (tombstone == null ? write.expectedVersion() : tombstone.version());
    if (write instanceof ServiceWrite.Put put) {
      StoredService before = services.get(name);
      Map<String, Sealed> secrets =
          before == null ? new HashMap<>() : new HashMap<>(before.secrets());
      secrets.keySet().removeAll(put.removedSecrets());
      secrets.putAll(put.secrets());
      services.put(
          name,
          new StoredService(
              name,
              version,
              revision,
              put.stored(),
              put.setKeys(),
              change.at(),
              change.author(),
              secrets,
              put.environment()));
    } else {
      services.remove(name);
      tombstones.put(name, new Tombstone(name, version, revision, EPOCH, change.at()));
    }
    for (Difference row : write.history()) {
      history.add(
          new HistoryEntry(
              history.size() + 1,
              name,
              row.key(),
              row.oldValue(),
              row.newValue(),
              change.at(),
              change.author(),
              change.reason()));
    }
    return version;
  }

  private synchronized Future<SecretsReplaced> replace(ReplaceSecrets question) {
    if (replaceFails != null) {
      return Future.failedFuture(replaceFails);
    }
    List<Boolean> replaced = new ArrayList<>();
    for (ReplaceSecrets.Replacement each : question.replacements()) {
      StoredService service = services.get(each.service());
      boolean same = service != null && each.before().equals(service.secrets().get(each.key()));
      replaced.add(same);
      if (same) {
        Map<String, Sealed> secrets = new HashMap<>(service.secrets());
        secrets.put(each.key(), each.after());
        services.put(each.service(), withSecrets(service, secrets));
      }
    }
    return Future.succeededFuture(new SecretsReplaced(replaced));
  }

  /** The same service with these rows of secrets. */
  static StoredService withSecrets(StoredService service, Map<String, Sealed> secrets) {
    return new StoredService(
        service.service(),
        service.version(),
        service.revision(),
        service.stored(),
        service.setKeys(),
        service.updatedAt(),
        service.updatedBy(),
        secrets,
        service.environment());
  }

  private synchronized Future<HistoryFound> find(FindHistory question) {
    historyQuestions.add(question);
    return Future.succeededFuture(
        new HistoryFound(
            history.stream()
                .filter(entry -> question.ids().isEmpty() || question.ids().contains(entry.id()))
                .filter(
                    entry ->
                        question.services() == null
                            || question.services().contains(entry.service()))
                .sorted(Comparator.comparingLong(HistoryEntry::id).reversed())
                .limit(question.limit())
                .toList()));
  }

  private Future<Done> check(CheckKeys question) {
    checked.addAll(question.checks().keySet());
    if (!keysKnown) {
      return Future.failedFuture(BusFailure.of(FailureCode.CONFLICT, "other key bytes"));
    }
    return Future.succeededFuture(new Done());
  }
}

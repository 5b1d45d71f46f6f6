package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.BusFailure;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.Committed;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.ProbeStorage;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changes to storage and lets memory follow in order of revision, whatever the order of the
 * answers. Each committed change is announced, in that order, before its caller is answered.
 *
 * <p>Where an answer stays away, nobody knows whether the change is durable. Its caller is told
 * {@code UNAVAILABLE}, and memory is read again from storage, which knows.
 */
final class Ledger {
  /** The pause between two looks at storage while memory may be behind. */
  static final long LOOK_MILLIS = 1_000;

  /** How often to look after an answer stayed away: it may be committed late. */
  static final int LOOKS = 30;

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  private final Vertx vertx;
  private final Bus bus;
  private final Memory memory;
  private final Function<List<SchemaWrite>, Future<Map<String, CompiledSchema>>> resolver;
  private final TreeMap<Long, Waiting> waiting = new TreeMap<>();
  private int inFlight;
  private boolean reloading;
  private int looks;

  private record Waiting(Committed committed, Proposal proposal, Promise<ConfigChanged> promise) {}

  Ledger(
      Vertx vertx,
      Bus bus,
      Memory memory,
      Function<List<SchemaWrite>, Future<Map<String, CompiledSchema>>> resolver) {
    this.vertx = vertx;
    this.bus = bus;
    this.memory = memory;
    this.resolver = resolver;
  }

  Memory memory() {
    return memory;
  }

  /**
   * Commits a change. Done when memory holds it and it was announced. Fails as storage does, {@code
   * CONFLICT} among others.
   */
  Future<ConfigChanged> commit(Proposal proposal) {
    inFlight++;
    return bus.call(StorageRoutes.COMMIT, proposal.change())
        .transform(
            result -> {
              inFlight--;
              return result.succeeded()
                  ? arrived(result.result(), proposal)
                  : refused(result.cause(), proposal);
            });
  }

  private Future<ConfigChanged> arrived(Committed committed, Proposal proposal) {
    if (proposal.change().writes().isEmpty()) {
      memory.learn(committed.schemaVersion(), proposal);
      return Future.succeededFuture(ConfigChanged.nothing(memory.epoch(), memory.schemaVersion()));
    }
    if (committed.revision() <= memory.revision()) {
      memory.learn(committed.schemaVersion(), proposal);
      return Future.succeededFuture(memory.event(committed, proposal));
    }
    Promise<ConfigChanged> promise = Promise.promise();
    waiting.put(committed.revision(), new Waiting(committed, proposal, promise));
    drain();
    reloadIfGap();
    return promise.future();
  }

  private void drain() {
    while (!waiting.isEmpty() && waiting.firstKey() <= memory.revision() + 1) {
      Waiting next = waiting.pollFirstEntry().getValue();
      ConfigChanged event = memory.event(next.committed(), next.proposal());
      if (event.revision() > memory.revision()) {
        memory.apply(event, next.proposal());
        bus.publish(SettingsRoutes.CHANGED, event);
      }
      next.promise().complete(event);
    }
  }

  private Future<ConfigChanged> refused(Throwable failure, Proposal proposal) {
    if (failure instanceof BusFailure typed) {
      boolean behind =
          switch (typed.code()) {
            case UNAVAILABLE, INTERNAL, STORAGE_FAILED, STORAGE_CORRUPT -> true;
            case CONFLICT -> inFlight == 0 && memoryDiffers(typed, proposal);
            default -> false;
          };
      if (behind) {
        boolean looking = looks > 0;
        looks = LOOKS;
        if (!looking) {
          lookLater();
        }
        reload();
      }
    }
    reloadIfGap();
    return Future.failedFuture(failure);
  }

  /** With nothing under way, storage and memory must agree on the version that was refused. */
  private boolean memoryDiffers(BusFailure conflict, Proposal proposal) {
    Long current = conflict.currentVersion();
    return current != null
        && proposal.change().writes().stream()
            .allMatch(write -> memory.version(write.service()) != current);
  }

  private void reloadIfGap() {
    if (!waiting.isEmpty() && inFlight == 0) {
      reload();
    }
  }

  /** For a while, holds memory's revision against that of storage. */
  private void lookLater() {
    vertx.setTimer(
        LOOK_MILLIS,
        id ->
            bus.call(StorageRoutes.PROBE, new ProbeStorage())
                .onComplete(
                    probed -> {
                      boolean ahead =
                          probed.succeeded() && probed.result().revision() > memory.revision();
                      if (ahead && inFlight == 0) {
                        reload();
                      }
                      if (--looks > 0) {
                        lookLater();
                      }
                    }));
  }

  /** Reads storage again; where it does not answer, the next look does. */
  private void reload() {
    if (reloading) {
      return;
    }
    reloading = true;
    bus.call(StorageRoutes.LOAD, new LoadStored())
        .compose(stored -> resolver.apply(stored.schemas()).map(all -> adopt(stored, all)))
        .onComplete(
            result -> {
              reloading = false;
              if (result.failed()) {
                LOG.warn("Cannot read storage again: {}", result.cause().getMessage());
              }
              if (!waiting.isEmpty() && inFlight == 0) {
                vertx.setTimer(LOOK_MILLIS, id -> reloadIfGap());
              }
            });
  }

  private boolean adopt(Stored stored, Map<String, CompiledSchema> schemas) {
    long old = memory.revision();
    boolean newer = stored.revision() > old || !stored.epoch().equals(memory.epoch());
    if (newer) {
      LOG.warn("Read storage again: revision {} after {}", stored.revision(), old);
      memory.adopt(stored, schemas, memory.environment());
      bus.publish(SettingsRoutes.CHANGED, memory.since(old));
      drain();
    }
    return newer;
  }
}

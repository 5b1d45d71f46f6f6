package dev.holdfast.settings;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.crypto.Keys;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.lkg.LkgTopics;
import dev.holdfast.messages.settings.SecretsStatus;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.MarkKey;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.ServiceSnapshot;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows how the secrets and their keys stand, and when the old key may go: nothing stored and
 * nothing in the last-known-good file needs it, and the grace time has passed since.
 */
final class KeyWatch {
  private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);
  private static final long AGAIN_MILLIS = 5_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Memory memory;
  private final Keys keys;
  private final SettingsVerticle.Options options;
  private final Clock clock;
  private final Rotation rotation;
  private boolean started;
  private boolean cacheWaiting;
  private boolean marking;
  private boolean cleared;
  private @Nullable Instant unusedSince;
  private volatile @Nullable SecretsStatus told;

  KeyWatch(
      Vertx vertx,
      Bus bus,
      Memory memory,
      Keys keys,
      SettingsVerticle.Options options,
      Clock clock,
      MeterRegistry meters) {
    this.vertx = vertx;
    this.bus = bus;
    this.memory = memory;
    this.keys = keys;
    this.options = options;
    this.clock = clock;
    this.cacheWaiting = keys.oldMasterKeyId() != null;
    this.rotation = new Rotation(vertx, bus, memory, keys, this::update);
    gauge(meters, "holdfast.secrets.stored", SecretsStatus::total);
    gauge(meters, "holdfast.secrets.waiting", SecretsStatus::waiting);
    gauge(meters, "holdfast.secrets.unreadable", status -> status.faults().size());
  }

  /** Begins, once, to follow changes and the cache, and looks at every secret. */
  void start() {
    if (started) {
      return;
    }
    started = true;
    bus.subscribe(SettingsRoutes.CHANGED, event -> update());
    bus.subscribe(LkgTopics.STATE, this::cached);
    rotation.start();
    update();
  }

  /** How it stands now. */
  SecretsStatus status() {
    String old = keys.oldMasterKeyId();
    int waiting = old == null ? 0 : memory.seals().under(old);
    Instant since = unusedSince;
    Instant safeAt = since == null ? null : since.plus(Duration.ofMinutes(options.graceMinutes()));
    Integer hours = options.backupRetentionHours();
    return new SecretsStatus(
        phase(old, waiting, safeAt),
        keys.masterKeyId(),
        old,
        memory.seals().all(),
        waiting,
        old != null && cacheWaiting,
        safeAt,
        since == null || hours == null ? null : since.plus(Duration.ofHours(hours)),
        rotation.faults());
  }

  private SecretsStatus.Rotation phase(
      @Nullable String old, int waiting, @Nullable Instant safeAt) {
    if (old == null) {
      return SecretsStatus.Rotation.NONE;
    }
    if (waiting > 0 && !rotation.running()) {
      return SecretsStatus.Rotation.STUCK;
    }
    if (waiting > 0 || cacheWaiting || safeAt == null) {
      return SecretsStatus.Rotation.RUNNING;
    }
    return clock.instant().isBefore(safeAt)
        ? SecretsStatus.Rotation.GRACE
        : SecretsStatus.Rotation.SAFE_TO_REMOVE;
  }

  /** A file that still needs the old key, although storage does not, is made anew. */
  private void cached(LkgState state) {
    String old = keys.oldMasterKeyId();
    cacheWaiting = old != null && (!state.valid() || state.secretKeyIds().contains(old));
    if (old != null
        && state.valid()
        && cacheWaiting
        && state.fault() == null
        && memory.seals().under(old) == 0) {
      rotation.tell(memory.services().stream().map(ServiceSnapshot::service).toList());
    }
    update();
  }

  private void update() {
    mark();
    SecretsStatus now = status();
    SecretsStatus before = told;
    if (now.equals(before)) {
      return;
    }
    told = now;
    if (before != null && before.rotation() != now.rotation()) {
      say(now);
    }
    bus.publish(SettingsRoutes.SECRETS_CHANGED, now);
  }

  private void say(SecretsStatus now) {
    switch (now.rotation()) {
      case GRACE ->
          LOG.info(
              "Master key {} is not needed any more; keep it until {}",
              now.oldKeyId(),
              now.safeAt());
      case SAFE_TO_REMOVE -> LOG.info("Master key {} may be removed", now.oldKeyId());
      case STUCK ->
          LOG.error(
              "Master key {} is still needed: {} secrets under it do not open",
              now.oldKeyId(),
              now.waiting());
      default -> LOG.debug("Master key {}: {}", now.oldKeyId(), now.rotation());
    }
  }

  /**
   * Has storage remember since when the old key is not needed, so that a restart does not forget; a
   * database in which it is needed again, such as a restored one, forgets it.
   */
  private void mark() {
    String old = keys.oldMasterKeyId();
    if (old == null || marking) {
      return;
    }
    if (memory.seals().under(old) > 0) {
      if (!cleared) {
        mark(old, null);
      }
    } else if (!cacheWaiting && !rotation.running() && unusedSince == null) {
      mark(old, clock.instant());
    }
  }

  private void mark(String old, @Nullable Instant since) {
    marking = true;
    bus.call(StorageRoutes.MARK_KEY, new MarkKey(old, since))
        .onComplete(
            done -> {
              marking = false;
              if (done.succeeded()) {
                cleared = since == null;
                unusedSince = done.result().unusedSince();
                waitForGrace();
                update();
              } else {
                LOG.debug("The old key cannot be marked yet", done.cause());
                vertx.setTimer(AGAIN_MILLIS, again -> update());
              }
            });
  }

  private void waitForGrace() {
    Instant safeAt = status().safeAt();
    if (safeAt != null) {
      long millis = Duration.between(clock.instant(), safeAt).toMillis();
      vertx.setTimer(Math.max(1, Math.min(millis + 1, Integer.MAX_VALUE)), over -> update());
    }
  }

  private void gauge(MeterRegistry meters, String name, ToDoubleFunction<SecretsStatus> value) {
    Gauge.builder(
            name,
            this,
            it -> {
              SecretsStatus status = it.told;
              return status == null ? Double.NaN : value.applyAsDouble(status);
            })
        .register(meters);
  }
}

package dev.holdfast.backup;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.backup.BackupState;
import dev.holdfast.messages.backup.BackupTopics;
import dev.holdfast.messages.health.GetHealth;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.RecordHeartbeat;
import dev.holdfast.messages.storage.StorageRoutes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Litestream every second and the replica every few, tells the {@link Judge}, and announces
 * what it says. Where nothing is committed for a minute it has a heartbeat committed, so that there
 * is something to arrive. Lives on the verticle's event loop.
 */
final class Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
  private static final long STEP_MILLIS = 1_000;
  private static final long STEP_WAITING_MILLIS = 500;
  private static final long PATIENCE_MILLIS = 2_000;
  private static final int MOST_BYTES = 4 << 20;
  private static final Duration BEAT = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final Duration LOOK_WAITING = Duration.ofMillis(1_500);

  private final Vertx vertx;
  private final Bus bus;
  private final HttpClient client;
  private final BackupVerticle.Options options;
  private final Store store;
  private final String place;
  private final Instant began;
  private final long beganNanos = System.nanoTime();
  private final Supplier<BackupState.@Nullable Drill> drill;
  private final Judge judge;
  private final Reading generations = new Reading.Generations();
  private final Reading transactions = new Reading.Transactions();
  private @Nullable Boolean older;
  private Instant looked = Instant.MIN;
  private Instant committed = Instant.MIN;
  private boolean looking;
  private boolean beating;
  private boolean closed;
  private long timer = -1;

  Watcher(
      Vertx vertx,
      Bus bus,
      HttpClient client,
      BackupVerticle.Options options,
      Store store,
      Clock clock,
      Supplier<BackupState.@Nullable Drill> drill) {
    this.vertx = vertx;
    this.bus = bus;
    this.client = client;
    this.options = options;
    this.store = store;
    this.place = Objects.requireNonNull(options.replica()).describe();
    this.drill = drill;
    this.began = clock.instant();
    this.judge = new Judge(began, clock);
  }

  /** Begins. */
  void start() {
    bus.subscribe(SettingsRoutes.CHANGED, changed -> committed());
    bus.subscribe(StorageRoutes.AUDIT_HEAD, head -> committed());
    step();
  }

  void close() {
    closed = true;
    vertx.cancelTimer(timer);
  }

  private void committed() {
    committed = now();
    judge.committed(committed);
  }

  /** Goes on evenly, whatever is done to the clock of the machine. */
  private Instant now() {
    return began.plusNanos(System.nanoTime() - beganNanos);
  }

  private void step() {
    Instant now = now();
    if (!beating && Duration.between(committed, now).compareTo(BEAT) > 0) {
      beat();
    }
    Duration pause = judge.waits() ? LOOK_WAITING : LOOK;
    if (!looking && Duration.between(looked, now).compareTo(pause) > 0) {
      look();
    }
    ask()
        .onComplete(
            done -> {
              tell();
              if (!closed) {
                timer =
                    vertx.setTimer(
                        judge.waits() ? STEP_WAITING_MILLIS : STEP_MILLIS, fired -> step());
              }
            });
  }

  private void tell() {
    bus.publish(BackupTopics.STATE, judge.state(now(), place, drill.get()));
  }

  private void beat() {
    beating = true;
    bus.call(HealthRoutes.GET, new GetHealth())
        .compose(
            health ->
                health.ok()
                    ? bus.call(StorageRoutes.HEARTBEAT, new RecordHeartbeat())
                    : Future.failedFuture("the database is not to be written"))
        .onSuccess(beat -> committed())
        .onFailure(failure -> LOG.debug("no heartbeat: {}", failure.getMessage()))
        .onComplete(done -> beating = false);
  }

  /** Does not fail. */
  private Future<Void> ask() {
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(options.metrics().toString())
            .setConnectTimeout(PATIENCE_MILLIS)
            .setTimeout(PATIENCE_MILLIS);
    return client
        .request(request)
        .compose(it -> it.send())
        .compose(
            response ->
                response.statusCode() == 200
                    ? response.body()
                    : Future.failedFuture("it answers with status " + response.statusCode()))
        .timeout(2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .map(
            body -> {
              String text =
                  body.getString(
                      0, Math.min(body.length(), MOST_BYTES), StandardCharsets.UTF_8.name());
              Metrics metrics = Metrics.read(text, options.database().toString());
              if (metrics == null) {
                throw new IllegalStateException(
                    options.metrics() + " tells nothing of " + options.database());
              }
              older = metrics.replica() != null;
              judge.told(now(), metrics);
              return metrics;
            })
        .<Void>mapEmpty()
        .recover(
            failure -> {
              boolean nobody = !(failure instanceof TimeoutException);
              judge.silent(
                  nobody,
                  failure instanceof ConnectException
                      ? "nothing listens at " + options.metrics()
                      : String.valueOf(failure.getMessage()));
              return Future.succeededFuture();
            });
  }

  private void look() {
    looking = true;
    looked = now();
    newest()
        .onSuccess(found -> judge.seen(now(), found))
        .onFailure(
            failure ->
                judge.notSeen(
                    failure instanceof Store.Refused, String.valueOf(failure.getMessage())))
        .onComplete(
            done -> {
              looking = false;
              looked = now();
            });
  }

  /** Of the layout that Litestream's version writes; of either while that is not known. */
  private Future<@Nullable Newest> newest() {
    Boolean known = older;
    return known == null
        ? Reading.either(store, generations, transactions)
        : (known ? generations : transactions).look(store);
  }
}

package dev.holdfast.bench;

import dev.holdfast.client.BenchVerifier;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Changes one setting again and again, and waits each time until somebody has seen it. */
final class Push {
  static final String SERVICE = "pushed";
  static final int CHANGES = 300;

  private static final String KEY = "setting_p_000";
  private static final String COMMIT = "holdfast_storage_commit_seconds_";
  private static final int SETTINGS = 15;
  private static final long WAIT_SECONDS = 30;

  private final Manager manager;
  private final BenchVerifier verifier;
  private volatile long version = 1;
  private volatile @Nullable Promise<Instant> seen;

  /** Makes the service. */
  Push(Manager manager) throws IOException {
    this.manager = manager;
    String pem =
        Files.readAllLines(manager.folder().resolve(".env")).stream()
            .filter(line -> line.startsWith("CONFIG_SIGNATURE_PUBLIC_KEY="))
            .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
            .findFirst()
            .orElseThrow();
    verifier = new BenchVerifier(pem);
    manager.register(SERVICE, Manager.schema(SETTINGS, "p"));
  }

  /** Makes one change, and waits for nothing but its answer. */
  void change() throws IOException {
    version = Http.await(manager.patch(SERVICE, version, KEY, 1_000 + version));
  }

  /** Fails where an update is not a good one of the next version. */
  void verify(Buffer payload) {
    long told = verifier.version(SERVICE, payload.getBytes());
    if (told <= 1) {
      throw new IllegalStateException("version " + told);
    }
  }

  /**
   * Somebody received an update of the service, and had verified it by the time that counts; what
   * is not the awaited one is left alone.
   */
  void verified(Buffer payload) {
    long told = told(payload);
    arrived(told, Instant.now());
  }

  /**
   * The same, where its arrival counts: it is verified all the same, but after the clock, as a
   * watch of etcd, which verifies nothing, is held against it.
   */
  void received(Buffer payload) {
    Instant now = Instant.now();
    arrived(told(payload), now);
  }

  /** The version that a good update tells of; of a bad one whoever waits hears at once. */
  private long told(Buffer payload) {
    try {
      return verifier.version(SERVICE, payload.getBytes());
    } catch (RuntimeException e) {
      Promise<Instant> waiting = seen;
      if (waiting != null) {
        waiting.tryFail(e);
      }
      throw e;
    }
  }

  private void arrived(long told, Instant now) {
    Promise<Instant> waiting = seen;
    if (waiting != null && told == version + 1) {
      seen = null;
      waiting.tryComplete(now);
    }
  }

  /**
   * What one side took.
   *
   * @param fromRequest from sending the change
   * @param fromCommit from the time that the change carries, which is taken just before its commit
   * @param commitMillis how long the commits took that this includes, on average, as the manager
   *     counts it: from taking a group to its fsync
   */
  record Times(Samples fromRequest, Samples fromCommit, double commitMillis) {}

  /** Makes changes for so long, whose times do not count. */
  void warmUp(double seconds) throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      changes(10);
    }
  }

  /** Makes so many changes, one after the other. */
  Times changes(int count) throws Exception {
    Samples fromRequest = new Samples();
    Samples fromCommit = new Samples();
    double seconds = manager.metric(COMMIT + "sum");
    double commits = manager.metric(COMMIT + "count");
    for (int i = 0; i < count; i++) {
      Promise<Instant> next = Promise.promise();
      seen = next;
      Instant sent = Instant.now();
      Future<Long> written = manager.patch(SERVICE, version, KEY, 1_000 + version);
      Instant arrived = Http.await(next.future().timeout(WAIT_SECONDS, TimeUnit.SECONDS));
      version = Http.await(written);
      fromRequest.add(Duration.between(sent, arrived).toNanos());
      JsonObject now = manager.read(SERVICE);
      Instant at = OffsetDateTime.parse(now.getString("updated_at")).toInstant();
      fromCommit.add(Duration.between(at, arrived).toNanos());
    }
    double took = manager.metric(COMMIT + "sum") - seconds;
    double made = manager.metric(COMMIT + "count") - commits;
    return new Times(fromRequest, fromCommit, took / made * 1000);
  }
}

package dev.holdfast.client;

import dev.holdfast.files.DurableFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps up with the manager's signature keys: takes a new one that a known one endorses, and
 * remembers the endorsement, which is verified again at the next start. Safe for use by several
 * threads.
 */
final class KeyRing {
  /** No service has a name with an underscore. */
  static final String FILE = "signature_keys.json";

  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MOST = 32;

  private final Vertx vertx;
  private final PublicKeys keys;
  private final Supplier<Future<JsonObject>> manager;
  private final @Nullable Path file;
  private final AtomicLong asked = new AtomicLong(System.nanoTime() - PAUSE_NANOS);
  private volatile JsonArray taken = new JsonArray();

  /**
   * @param manager asks for the list of {@code GET /keys}
   * @param folder where endorsements are kept; null: nowhere
   */
  KeyRing(
      Vertx vertx, PublicKeys keys, Supplier<Future<JsonObject>> manager, @Nullable Path folder) {
    this.vertx = vertx;
    this.keys = keys;
    this.manager = manager;
    this.file = folder == null ? null : folder.resolve(FILE);
  }

  /** Takes the keys of earlier runs. Does not fail. */
  Future<Void> load() {
    Path kept = file;
    if (kept == null) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(
            () -> {
              JsonArray endorsed =
                  new JsonArray(new String(DurableFiles.read(kept), StandardCharsets.UTF_8));
              endorsed.forEach(this::take);
              return endorsed;
            })
        .onFailure(
            failure -> {
              if (!(failure instanceof NoSuchFileException)) {
                LOG.warn("the signature keys of earlier runs are not readable", failure);
              }
            })
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /**
   * Something was signed by none of the keys: asks which there are, but not all the time. True
   * where a new one was taken. Does not fail.
   */
  Future<Boolean> renew() {
    long now = System.nanoTime();
    long before = asked.get();
    if (now - before < PAUSE_NANOS || !asked.compareAndSet(before, now)) {
      return Future.succeededFuture(false);
    }
    return manager
        .get()
        .map(this::takeAll)
        .compose(some -> some ? write().map(true) : Future.succeededFuture(false))
        .recover(
            failure -> {
              LOG.debug("the manager does not say its signature keys", failure);
              return Future.succeededFuture(false);
            });
  }

  private boolean takeAll(JsonObject listed) {
    boolean some = false;
    for (Object each : listed.getJsonArray("keys", new JsonArray())) {
      some |= take(each);
    }
    return some;
  }

  private synchronized boolean take(Object listed) {
    if (taken.size() >= MOST || !(listed instanceof JsonObject key) || !keys.adopt(key)) {
      return false;
    }
    taken = taken.copy().add(key);
    LOG.info("the manager signs with a new key, which a known one endorses");
    return true;
  }

  private Future<Void> write() {
    Path kept = file;
    if (kept == null) {
      return Future.succeededFuture();
    }
    byte[] text = taken.encode().getBytes(StandardCharsets.UTF_8);
    return vertx
        .executeBlocking(() -> replace(kept, text))
        .onFailure(failure -> LOG.warn("the new signature key is not kept", failure))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private static Path replace(Path file, byte[] text) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      DurableFiles.createPrivateFolders(folder);
    }
    DurableFiles.replace(file, text);
    return file;
  }
}

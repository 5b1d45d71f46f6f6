package dev.holdfast.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link HoldfastClient} for a program that does not use Vert.x: methods wait for their answer, and
 * callbacks run one after the other on a thread of their own, where they may block.
 *
 * <pre>{@code
 * try (var holdfast = BlockingHoldfast.fromEnv()) {
 *   var config = holdfast.get(MyServiceConfig.class);
 *   holdfast.subscribe(MyServiceConfig.class, updated -> …);
 * }
 * }</pre>
 */
public final class BlockingHoldfast implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;

  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService callbacks =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "holdfast-callbacks");
            thread.setDaemon(true);
            return thread;
          });
  private final HoldfastClient client;
  private final long answerMillis;

  private BlockingHoldfast(HoldfastOptions options) {
    // Longer than the client itself waits before something else stands in.
    this.answerMillis = options.getStartMillis() + TimeUnit.SECONDS.toMillis(30);
    try {
      this.client =
          new HoldfastClient(
              vertx,
              options,
              System.getenv(),
              callback -> Future.fromCompletionStage(run(callback), vertx.getOrCreateContext()));
    } catch (IllegalArgumentException e) {
      callbacks.shutdownNow();
      vertx.close();
      throw e;
    }
  }

  /** As {@link HoldfastClient#create}. */
  public static BlockingHoldfast create(HoldfastOptions options) {
    return new BlockingHoldfast(options);
  }

  /** As {@link HoldfastClient#fromEnv}. */
  public static BlockingHoldfast fromEnv() {
    return create(HoldfastOptions.fromEnv(System.getenv()));
  }

  /** As {@link HoldfastClient#get}. */
  public <T extends Record> T get(Class<T> type) {
    return await(client.get(type), answerMillis);
  }

  /** As {@link HoldfastClient#subscribe}. */
  public <T extends Record> Subscription subscribe(Class<T> type, Consumer<T> callback) {
    return client.subscribe(type, callback);
  }

  /** As {@link HoldfastClient#settings}. */
  public Settings settings(String service) {
    return await(client.settings(service), answerMillis);
  }

  /** As {@link HoldfastClient#origin}. */
  public Origin origin(String service) {
    return await(client.origin(service), answerMillis);
  }

  @Override
  public void close() {
    try {
      await(client.close().transform(done -> vertx.close()), CLOSE_SECONDS * 1_000);
    } finally {
      callbacks.shutdown();
    }
  }

  private CompletableFuture<@Nullable Void> run(Runnable callback) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    callbacks.execute(
        () -> {
          try {
            callback.run();
            done.complete(null);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  private static <T> T await(Future<T> future, long millis) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof RuntimeException known
          ? known
          : new HoldfastException(0, String.valueOf(e.getMessage()), cause);
    } catch (TimeoutException e) {
      throw new HoldfastException(0, "no answer within " + millis + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(0, "interrupted", e);
    }
  }
}

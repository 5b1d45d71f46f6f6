package dev.holdfast.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Requests to one server over kept-alive connections, all from one event loop. */
final class Http implements AutoCloseable {
  private static final long CALL_SECONDS = 120;

  private final HttpClient client;
  private final Context context;
  private final int port;
  private final Map<String, String> headers;

  /** A whole answer. */
  record Reply(int status, Buffer body) {
    JsonObject json() {
      return body.toJsonObject();
    }

    /** This reply, where it says that all went well. */
    Reply ok() {
      if (status >= 300) {
        throw new IllegalStateException("answered " + status + ": " + body);
      }
      return this;
    }
  }

  Http(Vertx vertx, int port, int connections, Map<String, String> headers) {
    this.port = port;
    this.headers = headers;
    context = vertx.getOrCreateContext();
    client =
        vertx.createHttpClient(
            new HttpClientOptions().setMaxInitialLineLength(65_536).setKeepAliveTimeout(600),
            new PoolOptions().setHttp1MaxSize(connections));
  }

  int port() {
    return port;
  }

  /** A request, whole; the answer is read whole. */
  Future<Reply> send(HttpMethod method, String path, @Nullable Buffer body) {
    return onContext(
        () ->
            ask(method, path, body)
                .compose(
                    response ->
                        response.body().map(bytes -> new Reply(response.statusCode(), bytes))));
  }

  /** The head of an answer; paused, for its body to be read as it comes. */
  Future<HttpClientResponse> stream(HttpMethod method, String path, @Nullable Buffer body) {
    return onContext(() -> ask(method, path, body).onSuccess(response -> response.pause()));
  }

  private Future<HttpClientResponse> ask(HttpMethod method, String path, @Nullable Buffer body) {
    RequestOptions options =
        new RequestOptions().setMethod(method).setHost("127.0.0.1").setPort(port).setURI(path);
    headers.forEach(options::putHeader);
    if (body != null) {
      options.putHeader("content-type", "application/json");
    }
    return client
        .request(options)
        .compose(request -> body == null ? request.send() : request.send(body));
  }

  private <T> Future<T> onContext(Supplier<Future<T>> work) {
    if (Vertx.currentContext() == context) {
      return work.get();
    }
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> work.get().onComplete(done));
    return done.future();
  }

  /** Waits for the whole body of what {@link #stream} gave. */
  static Buffer body(HttpClientResponse response) throws IOException {
    Future<Buffer> body = response.body();
    response.resume();
    return await(body);
  }

  /** Waits for the answer. Fails {@code IOException} without one. */
  Reply get(String path) throws IOException {
    return call(HttpMethod.GET, path, null);
  }

  /** Waits for the answer. Fails {@code IOException} without one. */
  Reply call(HttpMethod method, String path, @Nullable JsonObject body) throws IOException {
    return await(send(method, path, body == null ? null : body.toBuffer()));
  }

  /** Waits for what is under way; for a thread that may block. */
  static <T> T await(Future<T> future) throws IOException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(CALL_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    await(client.close());
  }
}

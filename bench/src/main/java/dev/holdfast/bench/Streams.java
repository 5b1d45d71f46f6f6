package dev.holdfast.bench;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Readers of server-sent events, of which each frame is told; closed by closing the client. */
final class Streams implements AutoCloseable {
  private static final String END = "\n\n";
  private static final int AT_ONCE = 200;

  private final Http http;

  Streams(Bench bench, int port, int readers) {
    http = bench.http(port, readers, Map.of("x-api-token", Manager.TOKEN));
  }

  /** Opens that many and waits until each has begun; {@code heard} is given number and frame. */
  void open(String path, int readers, java.util.function.ObjIntConsumer<String> heard)
      throws IOException {
    for (int from = 0; from < readers; from += AT_ONCE) {
      List<Promise<Void>> begun = new ArrayList<>();
      for (int i = from; i < Math.min(readers, from + AT_ONCE); i++) {
        int number = i;
        Promise<Void> started = Promise.promise();
        begun.add(started);
        http.stream(HttpMethod.GET, path, null)
            .onFailure(started::tryFail)
            .onSuccess(
                response -> {
                  if (response.statusCode() != 200) {
                    started.tryFail("answered " + response.statusCode());
                  }
                  frames(
                      response,
                      frame -> {
                        started.tryComplete();
                        heard.accept(frame, number);
                      });
                });
      }
      for (Promise<Void> each : begun) {
        Http.await(each.future());
      }
    }
  }

  private static void frames(HttpClientResponse response, Consumer<String> each) {
    StringBuilder left = new StringBuilder();
    response.handler(
        chunk -> {
          left.append(chunk);
          int end = left.indexOf(END);
          while (end >= 0) {
            each.accept(left.substring(0, end));
            left.delete(0, end + END.length());
            end = left.indexOf(END);
          }
        });
    response.resume();
  }

  /** The payload of a frame that tells of a service's settings; null of any other. */
  static @Nullable Buffer config(String frame) {
    int data = frame.indexOf("\ndata: ");
    return frame.contains("event: config") && data >= 0
        ? Buffer.buffer(frame.substring(data + "\ndata: ".length()))
        : null;
  }

  /** Watches a key of etcd; {@code heard} runs for each event. */
  static void watch(Etcd etcd, String key, Runnable heard) throws IOException {
    Buffer question =
        new JsonObject()
            .put("create_request", new JsonObject().put("key", Etcd.base64(key)))
            .toBuffer();
    HttpClientResponse response =
        Http.await(etcd.http().stream(HttpMethod.POST, "/v3/watch", question));
    Promise<Void> created = Promise.promise();
    response.handler(
        chunk -> {
          String text = chunk.toString();
          if (text.contains("\"created\":true")) {
            created.tryComplete();
          }
          if (text.contains("\"events\":[")) {
            heard.run();
          }
        });
    response.resume();
    Http.await(created.future());
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}

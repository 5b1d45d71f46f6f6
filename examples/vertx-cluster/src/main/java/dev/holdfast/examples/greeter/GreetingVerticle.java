package dev.holdfast.examples.greeter;

import io.vertx.config.ConfigRetriever;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;

/** Answers HTTP with the greeting as it is set now. */
final class GreetingVerticle extends VerticleBase {
  private final ConfigRetriever retriever;
  private final String name;
  private final int port;
  private volatile String greeting = "";

  GreetingVerticle(ConfigRetriever retriever, String name, int port) {
    this.retriever = retriever;
    this.name = name;
    this.port = port;
  }

  @Override
  public Future<HttpServer> start() {
    retriever.listen(change -> take(change.getNewConfiguration()));
    return retriever
        .getConfig()
        .onSuccess(this::take)
        .compose(
            config ->
                vertx
                    .createHttpServer()
                    .requestHandler(request -> request.response().end(greeting + "\n"))
                    .listen(port, "127.0.0.1"))
        .onSuccess(
            server ->
                System.out.println(
                    name
                        + " says \""
                        + greeting
                        + "\" at http://127.0.0.1:"
                        + server.actualPort()));
  }

  private void take(JsonObject config) {
    greeting = config.getString("router_wake_ack_text", "");
  }
}

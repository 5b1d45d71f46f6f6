package dev.holdfast.app;

import io.vertx.config.spi.ConfigProcessor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** Teaches vertx-config the format {@code dotenv}; see {@link Dotenv} for the grammar. */
public final class DotenvProcessor implements ConfigProcessor {
  /** The name of the format. */
  static final String FORMAT = "dotenv";

  /** The member of the processor's configuration that names the file in messages. */
  static final String WHERE = "where";

  /** For the service loader. */
  public DotenvProcessor() {}

  @Override
  public String name() {
    return FORMAT;
  }

  @Override
  public Future<JsonObject> process(Vertx vertx, JsonObject configuration, Buffer input) {
    try {
      JsonObject values = new JsonObject();
      Dotenv.parse(configuration.getString(WHERE, ".env"), input.getBytes())
          .forEach((name, entry) -> values.put(name, entry.value()));
      return Future.succeededFuture(values);
    } catch (StartFailure e) {
      return Future.failedFuture(e);
    }
  }
}

package dev.holdfast.client;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** The manager, asked. Every future fails {@link HoldfastException} or {@link Refused}. */
interface Manager {
  /** The newest state of a service, verified but for its freshness. */
  Future<Read> read(String service);

  /** The newest state of a service as the token may see it, secrets in clear if so. */
  Future<JsonObject> clear(String service);

  /** Whether secrets may be taken this way: where anybody could answer they may not. */
  default boolean tellsSecrets() {
    return true;
  }

  /**
   * An answer.
   *
   * @param update what was answered
   * @param origin the way it came
   */
  record Read(Update update, Origin origin) {}
}

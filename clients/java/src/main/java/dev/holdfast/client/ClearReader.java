package dev.holdfast.client;

import dev.holdfast.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** Asks the manager for the secrets that belong to an update, in clear. */
final class ClearReader {
  private final Manager manager;

  /** The secrets of a version are not known now; the version itself may be well. */
  static final class Unread extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unread(String message) {
      super(message, null, false, false);
    }
  }

  ClearReader(Manager manager) {
    this.manager = manager;
  }

  /** The secrets of just that version. Fails {@link Unread}. */
  Future<Map<String, SecretValue>> of(Update update) {
    return manager
        .clear(update.service())
        .recover(
            failure -> Future.failedFuture(new Unread("secrets not read: " + failure.getMessage())))
        .map(
            answer -> {
              if (!Long.valueOf(update.mark().version()).equals(answer.getLong("version"))
                  || !update.mark().epoch().equals(answer.getString("config_epoch"))) {
                throw new Unread("secrets not read: the manager is at another version");
              }
              return opened(update, answer.getJsonObject("config", new JsonObject()));
            });
  }

  /** What the manager shows beside the signed settings are the secrets. */
  private static Map<String, SecretValue> opened(Update update, JsonObject config) {
    Map<String, SecretValue> found = new HashMap<>();
    for (String key : config.fieldNames()) {
      if (!update.values().has(key)
          && config.getValue(key) instanceof String text
          && !text.equals(SecretValue.MASK)) {
        found.put(key, SecretValue.of(text));
      }
    }
    return found;
  }
}

package dev.holdfast.client;

import dev.holdfast.model.Times;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an instance tells of itself.
 *
 * @param service whose settings
 * @param instance who tells it
 * @param epoch the life of the manager's database
 * @param version the version it is about
 * @param applied whether that version is in use
 * @param reason why not, else null
 * @param at when
 */
record Report(
    String service,
    String instance,
    String epoch,
    long version,
    boolean applied,
    @Nullable String reason,
    Instant at) {
  private static final int LONGEST_REASON = 500;

  /** The members that the fleet's ledger takes. */
  JsonObject json() {
    JsonObject json =
        new JsonObject()
            .put("version", version)
            .put("config_epoch", epoch)
            .put("applied", applied)
            .put("at", Times.format(at));
    if (reason != null) {
      json.put("reason", reason.substring(0, Math.min(reason.length(), LONGEST_REASON)));
    }
    return json;
  }
}

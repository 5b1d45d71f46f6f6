package dev.holdfast.http;

import dev.holdfast.messages.settings.SecretsStatus;
import dev.holdfast.messages.settings.SecretsStatus.SecretFault;
import dev.holdfast.model.Times;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the secrets and their keys stand, as {@code GET /health?detail=true} shows it. */
final class SecretsView {
  private SecretsView() {}

  /** The status; of the faults those in reach of the caller. */
  static JsonObject json(SecretsStatus status, Grant grant) {
    JsonArray faults = new JsonArray();
    status.faults().stream()
        .filter(fault -> grant.reaches(fault.service()))
        .forEach(fault -> faults.add(json(fault)));
    return new JsonObject()
        .put("rotation", status.rotation().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .put("master_key_id", status.masterKeyId())
        .put("old_key_id", status.oldKeyId())
        .put("total", status.total())
        .put("waiting", status.waiting())
        .put("cache_waiting", status.cacheWaiting())
        .put("progress_percent", percent(status))
        .put("safe_at", text(status.safeAt()))
        .put("backups_until", text(status.backupsUntil()))
        .put("faults", faults);
  }

  /** How many of the secrets need no old key, rounded down: 100 says that it is all of them. */
  private static int percent(SecretsStatus status) {
    return status.total() == 0
        ? 100
        : (int) (100L * (status.total() - status.waiting()) / status.total());
  }

  private static JsonObject json(SecretFault fault) {
    return new JsonObject()
        .put("service", fault.service())
        .put("key", fault.key())
        .put("key_id", fault.keyId().isEmpty() ? null : fault.keyId())
        .put("fault", fault.fault());
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : Times.format(at);
  }
}

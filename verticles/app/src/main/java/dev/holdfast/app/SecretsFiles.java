package dev.holdfast.app;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.files.Reasons;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the files on disk still need of the keys; blocks. */
final class SecretsFiles {
  private final Layers.Settings settings;
  private final ManagerSettings typed;
  private final Offline offline;

  SecretsFiles(Layers.Settings settings, Offline offline) {
    this.settings = settings;
    this.typed = ManagerSettings.of(settings.values());
    this.offline = offline;
  }

  /** Where a rotation takes this long at least. */
  Duration grace() {
    return Duration.ofMinutes(typed.keeping().graceMinutes());
  }

  /**
   * Which master keys are needed.
   *
   * @throws StartFailure when there is no database, or the cache cannot be read
   */
  KeySurvey masterKeys() {
    Path database = typed.databasePath();
    if (!Files.exists(database)) {
      throw StartFailure.other("There is no database at " + database);
    }
    Offline.Secrets stored = offline.secrets(database);
    CacheFile cache = CacheFile.read(typed.lkgPath());
    String old = SecretKeyRotation.MASTER.oldIdInPlace(settings);
    Integer hours = typed.keeping().backupRetentionHours();
    return new KeySurvey(
        SecretKeyRotation.MASTER.idInUse(settings),
        old,
        stored.secrets(),
        cache == null ? Set.of() : cache.secretKeyIds(),
        old == null ? null : stored.unusedSince().get(old),
        grace(),
        hours == null ? null : Duration.ofHours(hours));
  }

  /**
   * Why the old HMAC key must stay, or null when no file needs it.
   *
   * @throws StartFailure when a file cannot be read
   */
  @Nullable String keepHmac() {
    CacheFile cache = CacheFile.read(typed.lkgPath());
    Instant epochFile = epochFileWrittenAt(typed.epochPath());
    if (cache == null) {
      return epochFile == null
          ? null
          : "there is no cache, so it is not known which key the epoch file needs";
    }
    if (!cache.hmacKeyId().equals(SecretKeyRotation.HMAC.idInUse(settings))) {
      return "the cache is not written with the new key yet; a start of the manager does that";
    }
    return epochFile == null || epochFile.isBefore(cache.generatedAt())
        ? "the epoch file is older than the cache; the next change or a stop of the manager writes it"
        : null;
  }

  private static @Nullable Instant epochFileWrittenAt(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      Map<String, @Nullable Object> members = StrictJson.object(Files.readAllBytes(file));
      return Times.parse(members.get("updated_at") instanceof String text ? text : "");
    } catch (IOException e) {
      throw StartFailure.other(file + ": cannot be read: " + Reasons.of(e));
    } catch (BusFailure | DateTimeException e) {
      throw StartFailure.other(file + ": no health and epoch file: " + e.getMessage());
    }
  }
}

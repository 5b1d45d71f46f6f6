package dev.holdfast.app;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.files.Reasons;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which keys the last-known-good cache needs; its signature is not looked at.
 *
 * @param hmacKeyId the id of the key it is authenticated with
 * @param secretKeyIds the ids of the keys that the secrets in it are sealed with
 * @param generatedAt when it was written
 */
record CacheFile(String hmacKeyId, Set<String> secretKeyIds, Instant generatedAt) {
  private static final String KEY_ID = "key_id";

  CacheFile {
    secretKeyIds = Set.copyOf(secretKeyIds);
  }

  /**
   * Reads it, or gives null where there is none; blocks.
   *
   * @throws StartFailure when it cannot be read
   */
  static @Nullable CacheFile read(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      if (StrictJson.parseTrusted(Files.readAllBytes(file)) instanceof Map<?, ?> whole
          && whole.get("payload") instanceof Map<?, ?> payload
          && payload.get(KEY_ID) instanceof String hmacKeyId
          && payload.get("generated_at") instanceof String generatedAt) {
        Set<String> ids = new HashSet<>();
        payload.forEach(
            (name, member) -> {
              // The settings themselves hold no secrets, and may have keys of any name.
              if (!"payload".equals(name)) {
                collect(member, ids);
              }
            });
        return new CacheFile(hmacKeyId, ids, Times.parse(generatedAt));
      }
      throw StartFailure.other(file + ": no last-known-good cache");
    } catch (IOException e) {
      throw StartFailure.other(file + ": cannot be read: " + Reasons.of(e));
    } catch (BusFailure | DateTimeException e) {
      throw StartFailure.other(file + ": no last-known-good cache: " + e.getMessage());
    }
  }

  private static void collect(@Nullable Object value, Set<String> ids) {
    if (value instanceof Map<?, ?> map) {
      if (map.get(KEY_ID) instanceof String id) {
        ids.add(id);
      }
      map.values().forEach(member -> collect(member, ids));
    } else if (value instanceof List<?> list) {
      list.forEach(member -> collect(member, ids));
    }
  }
}

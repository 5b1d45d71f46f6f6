package dev.holdfast.client;

import dev.holdfast.files.DurableFiles;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last-known-good copy of one service: the signed payload as it was received, and how far the
 * service had come. It is believed only where its signature verifies with the public keys, so there
 * is nothing in it that could be used to forge one. All methods block.
 */
final class CacheFile {
  private static final long FORMAT = 1;

  private final Path file;
  private final String service;
  private final Verifier verifier;
  private final @Nullable SecretBox box;

  /**
   * What a copy holds.
   *
   * @param applied the newest update that was good
   * @param secrets the secrets that belong to it; empty where they are not kept
   * @param seen how far the service had come, good or not
   */
  record Copy(Update applied, Map<String, SecretValue> secrets, Update.Mark seen) {
    Copy {
      secrets = Map.copyOf(secrets);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
      return "Copy[" + applied.service() + ", " + applied.mark() + "]";
    }
  }

  /** {@code box} is null where secrets are not kept. */
  CacheFile(Path folder, String service, Verifier verifier, @Nullable SecretBox box) {
    this.file = folder.resolve(service + ".json");
    this.service = service;
    this.verifier = verifier;
    this.box = box;
  }

  /**
   * Reads the copy; empty where there is none.
   *
   * @throws IOException where it cannot be read
   * @throws Refused where it is not one, or does not verify
   */
  Optional<Copy> read() throws IOException {
    byte[] bytes;
    try {
      bytes = DurableFiles.read(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      Map<String, @Nullable Object> json = map(StrictJson.parseTrusted(bytes));
      if (!Long.valueOf(FORMAT).equals(json.get("format"))) {
        throw new Refused(Refused.Check.FORM, "a copy of another format");
      }
      Update update =
          verifier.verify(service, text(json, "payload").getBytes(StandardCharsets.UTF_8));
      Map<String, @Nullable Object> seen = map(json.get("seen"));
      if (!(seen.get("version") instanceof Long version)) {
        throw damaged();
      }
      Update.Mark mark =
          new Update.Mark(text(seen, "config_epoch"), version, text(seen, "checksum"));
      Map<String, SecretValue> secrets =
          box == null || json.get("secrets") == null
              ? Map.of()
              : box.open(text(json, "secrets"), service, update.mark());
      return Optional.of(new Copy(update, secrets, mark));
    } catch (Refused e) {
      throw e;
    } catch (RuntimeException e) {
      throw damaged();
    }
  }

  /** Replaces the copy so that a power cut leaves the old one or the new one. */
  void write(Copy copy) throws IOException {
    Map<String, @Nullable Object> json = new HashMap<>();
    json.put("format", FORMAT);
    json.put("payload", copy.applied().payload());
    json.put(
        "seen",
        Map.of(
            "config_epoch", copy.seen().epoch(),
            "version", copy.seen().version(),
            "checksum", copy.seen().checksum()));
    if (box != null && !copy.secrets().isEmpty()) {
      json.put("secrets", box.seal(copy.secrets(), service, copy.applied().mark()));
    }
    Path folder = file.getParent();
    if (folder != null) {
      DurableFiles.createPrivateFolders(folder);
    }
    DurableFiles.replace(file, CanonicalJson.write(json).getBytes(StandardCharsets.UTF_8));
  }

  @SuppressWarnings("unchecked") // the strict reader makes maps with text keys only
  private static Map<String, @Nullable Object> map(@Nullable Object json) {
    if (json instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw damaged();
  }

  private static String text(Map<String, @Nullable Object> json, String name) {
    if (json.get(name) instanceof String text) {
      return text;
    }
    throw damaged();
  }

  private static Refused damaged() {
    return new Refused(Refused.Check.FORM, "the copy is damaged");
  }
}

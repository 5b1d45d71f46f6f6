package dev.holdfast.client;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.Names;
import dev.holdfast.model.Times;
import dev.holdfast.model.Values;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks of an update what can be told from it alone: its form, its service, its checksum and its
 * signature. Whether it is fresh and newer is for {@link Intake} to say.
 *
 * <p>The whole payload must be canonical JSON (RFC 8785), as the manager sends it. So each of its
 * texts is the only one for its value, and what is verified is what was received. Safe for use by
 * several threads.
 */
final class Verifier {
  private static final Set<String> MEMBERS =
      Set.of("service", "config", "version", "config_epoch", "checksum", "issued_at", "signature");
  private static final Pattern EPOCH =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  private static final Pattern TIME =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.(?!000000)[0-9]{6})?\\+00:00");
  private static final int SIGNATURE_BYTES = 64;

  private final PublicKeys keys;
  private final Runnable unknown;

  Verifier(PublicKeys keys) {
    this(keys, () -> {});
  }

  /** {@code unknown} is run on the caller's thread whenever none of the keys signed something. */
  Verifier(PublicKeys keys, Runnable unknown) {
    this.keys = keys;
    this.unknown = unknown;
  }

  /**
   * Verifies a payload.
   *
   * @param service the one that was asked for
   * @throws Refused that says which check it failed
   */
  Update verify(String service, byte[] payload) {
    if (payload.length == 0) {
      throw new Refused(Refused.Check.EMPTY, "an empty payload, which erases nothing");
    }
    Map<String, @Nullable Object> members = members(payload);
    String epoch = text(members, "config_epoch", EPOCH);
    Instant issuedAt = time(text(members, "issued_at", TIME));
    byte[] signature = signature(members);
    long version = version(members);
    if (!service.equals(members.get("service"))) {
      throw new Refused(Refused.Check.SERVICE, "of another service (expected: " + service + ")");
    }
    Values values = values(members);
    String checksum = sha256(values.canonical());
    if (!checksum.equals(members.get("checksum"))) {
      throw new Refused(Refused.Check.CHECKSUM, "the checksum is not that of the settings");
    }
    String signed =
        String.join(
            "|",
            Long.toString(version),
            service,
            values.canonical(),
            checksum,
            epoch,
            (String) members.get("issued_at"));
    if (!keys.verify(signed, signature)) {
      unknown.run();
      throw new Refused(Refused.Check.SIGNATURE, "not signed by a known key");
    }
    return new Update(
        service,
        new Update.Mark(epoch, version, checksum),
        issuedAt,
        values,
        new String(payload, StandardCharsets.UTF_8));
  }

  /** The service that a payload says it is of, unverified; null where it says none. */
  static @Nullable String serviceOf(byte[] payload) {
    try {
      return StrictJson.object(payload).get("service") instanceof String service ? service : null;
    } catch (BusFailure e) {
      return null;
    }
  }

  private static Map<String, @Nullable Object> members(byte[] payload) {
    Map<String, @Nullable Object> members;
    try {
      members = StrictJson.object(payload);
    } catch (BusFailure e) {
      throw form(e.detail());
    }
    if (!members.keySet().equals(MEMBERS)) {
      throw form("not the seven members of an update");
    }
    if (!CanonicalJson.write(members).equals(new String(payload, StandardCharsets.UTF_8))) {
      throw form("not canonical JSON (RFC 8785)");
    }
    return members;
  }

  private static String text(Map<String, @Nullable Object> members, String name, Pattern form) {
    if (members.get(name) instanceof String text && form.matcher(text).matches()) {
      return text;
    }
    throw form(name + ": not of its form");
  }

  private static long version(Map<String, @Nullable Object> members) {
    if (members.get("version") instanceof Long version && version >= 1) {
      return version;
    }
    throw form("version: no positive integer");
  }

  private static Instant time(String text) {
    try {
      return Times.parse(text);
    } catch (DateTimeException e) {
      throw form("issued_at: no time that there is");
    }
  }

  /** Only the one base64 text that encodes these 64 bytes counts. */
  private static byte[] signature(Map<String, @Nullable Object> members) {
    if (members.get("signature") instanceof String text) {
      try {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (bytes.length == SIGNATURE_BYTES
            && Base64.getEncoder().encodeToString(bytes).equals(text)) {
          return bytes;
        }
      } catch (IllegalArgumentException e) {
        throw form("signature: no base64");
      }
    }
    throw form("signature: not base64 of 64 bytes");
  }

  @SuppressWarnings("unchecked") // the strict reader makes maps with text keys only
  private static Values values(Map<String, @Nullable Object> members) {
    if (members.get("config") instanceof Map<?, ?> config
        && config.keySet().stream().allMatch(key -> Names.isKey((String) key))) {
      return Values.of((Map<String, @Nullable Object>) config);
    }
    throw form("config: no settings");
  }

  static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Refused form(String message) {
    return new Refused(Refused.Check.FORM, message);
  }
}

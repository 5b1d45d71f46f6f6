package dev.holdfast.lkg;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.lkg.Image.Fragment;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.Times;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form of the file, one canonical JSON object (RFC 8785): {@code
 * {"algorithm":"hmac-sha256","payload":{…},"signature":"…"}}, the signature being the HMAC-SHA256
 * over the bytes of the payload as they stand in the file.
 */
final class LkgText {
  private static final String HEAD = "{\"algorithm\":\"hmac-sha256\",\"payload\":";
  private static final String BEFORE_SIGNATURE = ",\"signature\":\"";
  private static final String TAIL = "\"}";
  private static final int HEX_DIGITS = 64;
  private static final int AFTER_PAYLOAD = BEFORE_SIGNATURE.length() + HEX_DIGITS + TAIL.length();
  private static final Pattern END =
      Pattern.compile(BEFORE_SIGNATURE + "([0-9a-f]{" + HEX_DIGITS + "})" + Pattern.quote(TAIL));

  private LkgText() {}

  /** The payload, to be authenticated. */
  static String payload(Image image, String generatedAt, String keyId) {
    int length = 300;
    for (Map.Entry<String, Fragment> service : image.services().entrySet()) {
      length += service.getKey().length() * 2 + service.getValue().canonical().length() + 30;
    }
    StringBuilder out = new StringBuilder(length).append("{\"config_epoch\":");
    CanonicalJson.appendString(out, image.epoch());
    CanonicalJson.appendString(out.append(",\"generated_at\":"), generatedAt);
    CanonicalJson.appendString(out.append(",\"key_id\":"), keyId);
    out.append(",\"payload\":{");
    String separator = "";
    for (Map.Entry<String, Fragment> service : image.services().entrySet()) {
      CanonicalJson.appendString(out.append(separator), service.getKey());
      out.append(':').append(service.getValue().canonical());
      separator = ",";
    }
    out.append("},\"revision\":").append(image.revision());
    out.append(",\"schema_version\":").append(image.schemaVersion());
    secrets(out, image);
    out.append(",\"versions\":{");
    separator = "";
    for (Map.Entry<String, Fragment> service : image.services().entrySet()) {
      CanonicalJson.appendString(out.append(separator), service.getKey());
      out.append(':').append(service.getValue().version());
      separator = ",";
    }
    return out.append("}}").toString();
  }

  /** The sealed secrets; left out where there are none. */
  private static void secrets(StringBuilder out, Image image) {
    String before = ",\"secrets\":{";
    for (Map.Entry<String, Fragment> service : image.services().entrySet()) {
      if (service.getValue().secrets().isEmpty()) {
        continue;
      }
      CanonicalJson.appendString(out.append(before), service.getKey());
      before = ",";
      String separator = ":{";
      for (Map.Entry<String, Sealed> secret : service.getValue().secrets().entrySet()) {
        CanonicalJson.appendString(out.append(separator), secret.getKey());
        CanonicalJson.appendString(out.append(":{\"key_id\":"), secret.getValue().keyId());
        CanonicalJson.appendString(out.append(",\"value\":"), secret.getValue().value());
        out.append('}');
        separator = ",";
      }
      out.append('}');
    }
    if (before.equals(",")) {
      out.append('}');
    }
  }

  /** A payload as it would stand without the sealed secrets, canonical. */
  static String withoutSecrets(String payload) {
    Object parsed = StrictJson.parseTrusted(payload.getBytes(StandardCharsets.UTF_8));
    if (parsed instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> rest = new HashMap<>(map);
      rest.remove("secrets");
      return CanonicalJson.write(rest);
    }
    return payload;
  }

  /** The file. */
  static byte[] seal(String payload, String hmacHex) {
    return (HEAD + payload + BEFORE_SIGNATURE + hmacHex + TAIL).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Cuts a file into payload and signature, without believing either.
   *
   * @throws IllegalArgumentException that says why it is no such file
   */
  static Cut cut(byte[] file) {
    String text = decode(file);
    int end = text.length() - AFTER_PAYLOAD;
    if (end < HEAD.length() || !text.startsWith(HEAD)) {
      throw new IllegalArgumentException("it does not begin as a last-known-good file");
    }
    var signature = END.matcher(text).region(end, text.length());
    if (!signature.matches()) {
      throw new IllegalArgumentException("it does not end with a signature");
    }
    return new Cut(text.substring(HEAD.length(), end), signature.group(1));
  }

  /**
   * Reads a payload whose signature has been verified.
   *
   * @throws IllegalArgumentException that says what is missing
   */
  static Content content(String payload) {
    try {
      Object parsed = StrictJson.parseTrusted(payload.getBytes(StandardCharsets.UTF_8));
      if (parsed instanceof Map<?, ?> map
          && map.get("config_epoch") instanceof String epoch
          && map.get("generated_at") instanceof String generatedAt
          && map.get("key_id") instanceof String keyId
          && map.get("revision") instanceof Long revision
          && map.get("payload") instanceof Map<?, ?>
          && map.get("versions") instanceof Map<?, ?>) {
        return new Content(
            epoch,
            revision,
            generatedAt,
            Times.parse(generatedAt),
            keyId,
            secretKeyIds(map.get("secrets")),
            payload);
      }
    } catch (BusFailure | DateTimeException e) {
      throw new IllegalArgumentException("its payload is not readable: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("its payload lacks members that must be there");
  }

  private static Set<String> secretKeyIds(@Nullable Object secrets) {
    Set<String> ids = new TreeSet<>();
    if (secrets instanceof Map<?, ?> services) {
      for (Object service : services.values()) {
        if (service instanceof Map<?, ?> keys) {
          for (Object secret : keys.values()) {
            if (secret instanceof Map<?, ?> members && members.get("key_id") instanceof String id) {
              ids.add(id);
            }
          }
        }
      }
    }
    return ids;
  }

  private static String decode(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(utf8))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("it is not UTF-8", e);
    }
  }

  /**
   * The two halves of a file.
   *
   * @param payload as it stands in the file
   * @param signature 64 lower-case hex digits
   */
  record Cut(String payload, String signature) {}

  /**
   * What a verified file holds.
   *
   * @param epoch the database's epoch
   * @param revision the database's revision
   * @param generatedAt when, as it stands in the file
   * @param writtenAt the same
   * @param keyId the id of the key of its signature
   * @param secretKeyIds the ids of the keys that its secrets are sealed with
   * @param payload all of it
   */
  record Content(
      String epoch,
      long revision,
      String generatedAt,
      Instant writtenAt,
      String keyId,
      Set<String> secretKeyIds,
      String payload) {}
}

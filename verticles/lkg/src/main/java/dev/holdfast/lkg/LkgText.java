package dev.holdfast.lkg;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Times;
import dev.holdfast.model.Tombstone;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
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
    for (ServiceSnapshot service : image.services().values()) {
      length += service.service().length() * 4 + service.effective().canonical().length() + 160;
    }
    StringBuilder out = new StringBuilder(length).append("{\"config_epoch\":");
    CanonicalJson.appendString(out, image.epoch());
    object(out, ",\"deleted\":", image.tombstones().values(), Tombstone::service, LkgText::deleted);
    CanonicalJson.appendString(out.append(",\"generated_at\":"), generatedAt);
    CanonicalJson.appendString(out.append(",\"key_id\":"), keyId);
    Collection<ServiceSnapshot> services = image.services().values();
    object(
        out.append(",\"payload\":"),
        services,
        (to, service) -> to.append(service.effective().canonical()));
    object(
        out,
        ",\"registered\":",
        services.stream().filter(LkgText::fromNoFile).toList(),
        ServiceSnapshot::service,
        LkgText::registered);
    out.append(",\"revision\":").append(image.revision());
    out.append(",\"schema_version\":").append(image.schemaVersion());
    object(
        out,
        ",\"secrets\":",
        services.stream().filter(service -> !service.secrets().isEmpty()).toList(),
        ServiceSnapshot::service,
        LkgText::secrets);
    object(out.append(",\"states\":"), services, LkgText::state);
    object(out.append(",\"versions\":"), services, (to, service) -> to.append(service.version()));
    return out.append('}').toString();
  }

  /** A member that is left out where it would be empty. */
  private static <T> void object(
      StringBuilder out,
      String name,
      Collection<T> all,
      Function<T, String> key,
      BiConsumer<StringBuilder, T> value) {
    if (!all.isEmpty()) {
      object(out.append(name), all, key, value);
    }
  }

  private static void object(
      StringBuilder out,
      Collection<ServiceSnapshot> services,
      BiConsumer<StringBuilder, ServiceSnapshot> value) {
    object(out, services, ServiceSnapshot::service, value);
  }

  private static <T> void object(
      StringBuilder out,
      Collection<T> all,
      Function<T, String> key,
      BiConsumer<StringBuilder, T> value) {
    char separator = '{';
    for (T each : all) {
      CanonicalJson.appendString(out.append(separator), key.apply(each));
      value.accept(out.append(':'), each);
      separator = ',';
    }
    out.append(all.isEmpty() ? "{}" : "}");
  }

  private static void deleted(StringBuilder out, Tombstone tombstone) {
    CanonicalJson.appendString(out.append("{\"at\":"), Times.format(tombstone.deletedAt()));
    out.append(",\"revision\":").append(tombstone.revision());
    out.append(",\"version\":").append(tombstone.version()).append('}');
  }

  /** Whether its schema is nowhere but in the database. */
  private static boolean fromNoFile(ServiceSnapshot service) {
    SchemaOrigin origin = service.schema().origin();
    return origin == SchemaOrigin.REGISTERED || origin == SchemaOrigin.UNTYPED;
  }

  private static void registered(StringBuilder out, ServiceSnapshot service) {
    ServiceSchema schema = service.schema();
    out.append("{\"document\":").append(schema.document());
    CanonicalJson.appendString(out.append(",\"origin\":"), schema.origin().name());
    out.append('}');
  }

  private static void secrets(StringBuilder out, ServiceSnapshot service) {
    object(
        out,
        new TreeMap<>(service.secrets()).entrySet(),
        Map.Entry::getKey,
        (to, secret) -> {
          CanonicalJson.appendString(to.append("{\"key_id\":"), secret.getValue().keyId());
          CanonicalJson.appendString(to.append(",\"value\":"), secret.getValue().value());
          to.append('}');
        });
  }

  private static void state(StringBuilder out, ServiceSnapshot service) {
    char separator = '{';
    if (!service.environmentKeys().isEmpty()) {
      List<String> keys = service.environmentKeys().stream().sorted().toList();
      out.append("{\"environment\":").append(CanonicalJson.write(keys));
      separator = ',';
    }
    out.append(separator).append("\"revision\":").append(service.revision());
    CanonicalJson.appendString(out.append(",\"updated_at\":"), Times.format(service.updatedAt()));
    CanonicalJson.appendString(out.append(",\"updated_by\":"), service.updatedBy());
    out.append('}');
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

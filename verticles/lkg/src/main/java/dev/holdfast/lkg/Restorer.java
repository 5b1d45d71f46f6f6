package dev.holdfast.lkg;

import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.lkg.LkgText.Content;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.Times;
import dev.holdfast.model.Tombstone;
import dev.holdfast.model.Values;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a verified payload what it was made of. Whoever wrote it had the key, so what is missing
 * was written by an older release: it gets what comes nearest.
 */
final class Restorer {
  private static final String NOBODY = "lkg";

  private final Content content;
  private final Map<String, @Nullable Object> payload;

  private Restorer(Content content) {
    this.content = content;
    this.payload = map(StrictJson.parseTrusted(content.payload().getBytes(StandardCharsets.UTF_8)));
  }

  static LkgContent restore(Content content) {
    return new Restorer(content).run();
  }

  private LkgContent run() {
    Map<String, @Nullable Object> versions = map(payload.get("versions"));
    Map<String, @Nullable Object> states = map(payload.get("states"));
    Map<String, @Nullable Object> secrets = map(payload.get("secrets"));
    List<LkgContent.Service> services = new ArrayList<>();
    new TreeMap<>(map(payload.get("payload")))
        .forEach(
            (name, settings) ->
                services.add(
                    service(
                        name,
                        map(settings),
                        number(versions.get(name), 1),
                        map(states.get(name)),
                        map(secrets.get(name)))));
    return new LkgContent(
        content.epoch(),
        content.revision(),
        number(payload.get("schema_version"), 1),
        content.writtenAt(),
        services,
        schemas(),
        tombstones());
  }

  private LkgContent.Service service(
      String name,
      Map<String, @Nullable Object> settings,
      long version,
      Map<String, @Nullable Object> state,
      Map<String, @Nullable Object> secrets) {
    Map<String, Sealed> seals = new HashMap<>();
    secrets.forEach(
        (key, secret) -> {
          Map<String, @Nullable Object> members = map(secret);
          seals.put(
              key, new Sealed(text(members.get("value"), ""), text(members.get("key_id"), "")));
        });
    return new LkgContent.Service(
        name,
        version,
        number(state.get("revision"), content.revision()),
        time(state.get("updated_at")),
        text(state.get("updated_by"), NOBODY),
        Values.of(settings),
        texts(state.get("environment")),
        seals);
  }

  private List<SchemaWrite> schemas() {
    List<SchemaWrite> schemas = new ArrayList<>();
    new TreeMap<>(map(payload.get("registered")))
        .forEach(
            (name, schema) -> {
              Map<String, @Nullable Object> members = map(schema);
              SchemaOrigin origin =
                  "UNTYPED".equals(members.get("origin"))
                      ? SchemaOrigin.UNTYPED
                      : SchemaOrigin.REGISTERED;
              schemas.add(
                  new SchemaWrite(name, origin, CanonicalJson.write(map(members.get("document")))));
            });
    return schemas;
  }

  private List<Tombstone> tombstones() {
    List<Tombstone> tombstones = new ArrayList<>();
    new TreeMap<>(map(payload.get("deleted")))
        .forEach(
            (name, tombstone) -> {
              Map<String, @Nullable Object> members = map(tombstone);
              tombstones.add(
                  new Tombstone(
                      name,
                      number(members.get("version"), 1),
                      number(members.get("revision"), content.revision()),
                      content.epoch(),
                      time(members.get("at"))));
            });
    return tombstones;
  }

  private Instant time(@Nullable Object value) {
    return value instanceof String text ? Times.parse(text) : content.writtenAt();
  }

  private static long number(@Nullable Object value, long otherwise) {
    return value instanceof Long number ? number : otherwise;
  }

  private static String text(@Nullable Object value, String otherwise) {
    return value instanceof String text ? text : otherwise;
  }

  private static Set<String> texts(@Nullable Object value) {
    Set<String> texts = new HashSet<>();
    if (value instanceof List<?> list) {
      list.forEach(each -> texts.add(String.valueOf(each)));
    }
    return texts;
  }

  private static Map<String, @Nullable Object> map(@Nullable Object value) {
    Map<String, @Nullable Object> map = new HashMap<>();
    if (value instanceof Map<?, ?> members) {
      members.forEach((name, member) -> map.put(String.valueOf(name), member));
    }
    return map;
  }
}

package dev.holdfast.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The OpenAPI 3.1 document of the API: what it says is what requests are checked against. Reading
 * it blocks.
 */
final class ApiDocument {
  private static final String RESOURCE = "/openapi.json";
  private static final int MAX_REFERENCES = 16;
  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  private final String text;
  private final JsonObject root;
  private final Map<String, JsonObject> operations = new HashMap<>();

  private ApiDocument(String text) {
    this.text = text;
    this.root = new JsonObject(text);
    JsonObject paths = root.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : METHODS) {
        if (item.containsKey(method)) {
          JsonArray parameters = item.getJsonArray("parameters", new JsonArray()).copy();
          JsonObject operation = item.getJsonObject(method).copy();
          parameters.addAll(operation.getJsonArray("parameters", new JsonArray()));
          JsonObject whole = operation.put("parameters", parameters);
          operations.put(key(method, path), inline(whole, 0));
        }
      }
    }
  }

  /** The document that is part of this program. */
  static ApiDocument load() {
    try (InputStream in = ApiDocument.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the program");
      }
      return new ApiDocument(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + ": cannot be read", e);
    }
  }

  /** The document as it is published. */
  String text() {
    return text;
  }

  /** What it says of a call, with every reference replaced by what it refers to. */
  Optional<JsonObject> operation(Call call) {
    return Optional.ofNullable(operations.get(key(call.method().name(), call.path())));
  }

  /** Method and path of everything it describes, path parameters as {@code {}}. */
  List<String> keys() {
    return operations.keySet().stream().sorted().toList();
  }

  /** Method and path, whatever the path parameters are called. */
  static String key(String method, String path) {
    return method.toUpperCase(Locale.ROOT) + " " + path.replaceAll("\\{[^}]*}|:[a-z_]+", "{}");
  }

  private JsonObject inline(JsonObject json, int references) {
    String reference = json.getString("$ref");
    if (reference != null) {
      if (references == MAX_REFERENCES) {
        throw new IllegalStateException(reference + ": refers to itself");
      }
      return inline(resolve(reference), references + 1);
    }
    JsonObject made = new JsonObject();
    json.fieldNames().forEach(name -> made.put(name, inlined(json.getValue(name), references)));
    return made;
  }

  private Object inlined(Object value, int references) {
    if (value instanceof JsonObject object) {
      return inline(object, references);
    }
    if (value instanceof JsonArray array) {
      List<Object> made = new ArrayList<>();
      array.forEach(element -> made.add(inlined(element, references)));
      return new JsonArray(made);
    }
    return value;
  }

  private JsonObject resolve(String reference) {
    JsonObject at = root;
    for (String name : reference.substring(2).split("/", -1)) {
      at = at.getJsonObject(name);
      if (at == null) {
        throw new IllegalStateException(reference + ": refers to nothing");
      }
    }
    return at;
  }
}

package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.model.Names;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the API document says of the requests of one call. Belongs to one event loop. */
final class RequestRules {
  private static final int MAX_ERRORS = 50;
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setBaseUri("urn:holdfast:api")
          .setDraft(Draft.DRAFT202012)
          .setOutputFormat(OutputFormat.Basic);

  private final Map<String, Parameter> parameters = new HashMap<>();
  private final Set<String> mediaTypes;
  private final @Nullable Validator body;

  private record Parameter(String type, boolean dateTime, boolean required, Validator validator) {}

  /** Reads an operation of the document, its references resolved. */
  RequestRules(JsonObject operation) {
    for (Object each : operation.getJsonArray("parameters", new JsonArray())) {
      JsonObject parameter = (JsonObject) each;
      if (parameter.getString("in").equals("query")) {
        JsonObject schema = parameter.getJsonObject("schema");
        parameters.put(
            parameter.getString("name"),
            new Parameter(
                schema.getString("type"),
                "date-time".equals(schema.getString("format")),
                parameter.getBoolean("required", false),
                validator(schema)));
      }
    }
    JsonObject content =
        operation.getJsonObject("requestBody", new JsonObject()).getJsonObject("content");
    if (content == null) {
      mediaTypes = Set.of();
      body = null;
    } else {
      mediaTypes = Set.copyOf(content.fieldNames());
      // One call, one shape, whatever the media type it comes as.
      String first = content.fieldNames().iterator().next();
      body = validator(content.getJsonObject(first).getJsonObject("schema"));
    }
  }

  /**
   * The rules of every call that is documented.
   *
   * @throws IllegalStateException where the document does not know one of them
   */
  static Map<Call, RequestRules> of(ApiDocument document) {
    Map<Call, RequestRules> rules = new EnumMap<>(Call.class);
    for (Call call : Call.values()) {
      if (call.documented()) {
        rules.put(
            call,
            new RequestRules(
                document
                    .operation(call)
                    .orElseThrow(
                        () -> new IllegalStateException(call + ": not in the API document"))));
      }
    }
    return rules;
  }

  /** Whether the call takes a body. */
  boolean takesBody() {
    return body != null;
  }

  /** Fails {@link FailureCode#UNSUPPORTED_MEDIA_TYPE} for any other than the document's. */
  void checkMediaType(@Nullable String contentType) {
    String[] parts = contentType == null ? new String[] {""} : contentType.split(";", -1);
    boolean known = mediaTypes.contains(parts[0].strip().toLowerCase(Locale.ROOT));
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().toLowerCase(Locale.ROOT).replace("\"", "");
      known &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
    }
    if (!known) {
      throw BusFailure.of(
          FailureCode.UNSUPPORTED_MEDIA_TYPE,
          "content-type: "
              + (contentType == null ? "none" : Names.printable(contentType))
              + " (expected: "
              + String.join(" or ", mediaTypes.stream().sorted().toList())
              + " in UTF-8)");
    }
  }

  /** The parameters as Strings, Longs and Booleans. Fails {@link FailureCode#BAD_REQUEST}. */
  Map<String, Object> query(Map<String, String> given) {
    List<FieldError> errors = new ArrayList<>();
    Map<String, Object> typed = new HashMap<>();
    given.forEach(
        (name, text) -> {
          Parameter parameter = parameters.get(name);
          if (parameter == null) {
            errors.add(unknown(name));
            return;
          }
          Object value = typed(parameter, text);
          collect(name, parameter.validator().validate(value), errors);
          typed.put(name, value);
        });
    parameters.forEach(
        (name, parameter) -> {
          if (parameter.required() && !given.containsKey(name)) {
            errors.add(new FieldError(name, name + ": missing", "required"));
          }
        });
    refuse(errors);
    return typed;
  }

  /** Checks a body's shape. Fails {@link FailureCode#BAD_REQUEST}. */
  void checkBody(Map<String, @Nullable Object> json) {
    if (body != null) {
      List<FieldError> errors = new ArrayList<>();
      collect("", body.validate(new JsonObject(json)), errors);
      refuse(errors);
    }
  }

  private FieldError unknown(String name) {
    String known = String.join(", ", parameters.keySet().stream().sorted().toList());
    return new FieldError(
        Names.printable(name),
        "unknown parameter "
            + Names.printable(name)
            + " (expected: "
            + (known.isEmpty() ? "none" : known)
            + ")",
        "unknown_parameter");
  }

  /** What is not of the type stays a text, for the validator to refuse. */
  private static Object typed(Parameter parameter, String text) {
    return switch (parameter.type()) {
      case "integer" -> text.matches("-?(0|[1-9][0-9]{0,17})") ? (Object) Long.valueOf(text) : text;
      case "boolean" ->
          text.equals("true") || text.equals("false") ? (Object) Boolean.valueOf(text) : text;
      // A "+" that was not encoded came out as a space; no time has one.
      default -> parameter.dateTime() ? text.replace(' ', '+') : text;
    };
  }

  private static void refuse(List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw BusFailure.invalid(
              String.join("; ", errors.stream().limit(3).map(FieldError::message).toList()),
              errors.subList(0, Math.min(errors.size(), MAX_ERRORS)))
          .as(FailureCode.BAD_REQUEST);
    }
  }

  /**
   * Keeps the leaves of the validator's output: a failed property is also reported by the keyword
   * that led to it, and once more as an additional one.
   */
  private static void collect(String name, OutputUnit output, List<FieldError> errors) {
    if (Boolean.TRUE.equals(output.getValid())) {
      return;
    }
    Set<String> reported = new HashSet<>();
    for (OutputUnit unit : output.getErrors()) {
      String keyword = unit.getKeywordLocation();
      String type = keyword.substring(keyword.lastIndexOf('/') + 1);
      String where = name + unit.getInstanceLocation().replaceFirst("^#/?", "");
      String field = where.length() > 80 ? where.substring(0, 80) + "…" : where;
      boolean additional = type.equals("additionalProperties");
      boolean leaf = !type.equals("properties") && !type.equals("items");
      if (leaf && !(additional && reported.stream().anyMatch(seen -> within(seen, field)))) {
        reported.add(field);
        String shown = field.isEmpty() ? "body" : field;
        String message = additional ? "unknown member" : unit.getError();
        errors.add(new FieldError(shown, shown + ": " + message, type));
      }
    }
  }

  private static boolean within(String inner, String outer) {
    return inner.equals(outer) || inner.startsWith(outer + "/");
  }

  private static Validator validator(JsonObject schema) {
    return Validator.create(JsonSchema.of(schema.copy()), OPTIONS);
  }
}

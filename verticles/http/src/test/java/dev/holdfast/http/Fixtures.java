package dev.holdfast.http;

import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldSpec;
import dev.holdfast.model.FieldType;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Validation;
import dev.holdfast.model.Values;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** States of services for tests. */
final class Fixtures {
  static final String EPOCH = "7c1d4c3e-9a53-4f0e-8f2b-52a4a2f6f3f1";
  static final Instant AT = Instant.parse("2026-11-22T10:15:30.123456Z");

  static final ServiceSchema STT =
      new ServiceSchema(
          "stt-worker",
          SchemaOrigin.SHIPPED,
          "{\"type\":\"object\"}",
          List.of(
              new FieldSpec(
                  "api_key",
                  FieldType.SECRET,
                  true,
                  Complexity.SIMPLE,
                  "The key",
                  null,
                  List.of(),
                  null,
                  Validation.NONE,
                  true,
                  null),
              new FieldSpec(
                  "vad_threshold",
                  FieldType.FLOAT,
                  false,
                  Complexity.ADVANCED,
                  "How sure \"voice\" must be",
                  "More of it",
                  List.of("0.5"),
                  0.5,
                  new Validation(0L, 1L, null, null, null, null, null, null, null, List.of()),
                  false,
                  "STT_VAD")));

  private Fixtures() {}

  static ServiceSnapshot stt(long version, long revision, Object threshold) {
    return snapshot(STT, version, revision, Map.of("vad_threshold", threshold));
  }

  static ServiceSnapshot snapshot(
      ServiceSchema schema, long version, long revision, Map<String, Object> settings) {
    Set<String> set =
        schema.untyped() || !settings.containsValue(0.5) ? settings.keySet() : Set.of();
    return new ServiceSnapshot(
        schema.service(), version, revision, EPOCH, AT, "ops", Values.of(settings), set, schema);
  }

  static ServiceSchema untyped(String service) {
    return new ServiceSchema(service, SchemaOrigin.UNTYPED, "{}", List.of());
  }
}

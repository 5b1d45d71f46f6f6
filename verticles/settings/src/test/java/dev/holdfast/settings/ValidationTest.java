package dev.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.model.Values;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {
  private static final CompiledSchema SCHEMA =
      Json.compile(
          """
          'whisper_model': {'enum': ['tiny','tiny.en','base'], 'default': 'base'},
          'ws_url': {'type': ['string','null'], 'pattern': '^wss?://\\\\S+$',
            'x-pattern-description': 'ws:// or wss://'},
          'plain': {'type': 'string', 'pattern': '^[a-z]+$', 'default': 'abc'},
          'partials': {'type': 'boolean', 'default': false},
          'vad_threshold': {'type': 'number', 'minimum': 0, 'maximum': 1, 'default': 0.5},
          'vad_speech_pad_ms': {'type': 'integer', 'minimum': 0, 'maximum': 1000, 'default': 300},
          'sample_rate': {'type': 'integer', 'exclusiveMinimum': 0, 'default': 16000},
          'gain': {'type': 'number', 'exclusiveMinimum': 0, 'maximum': 2, 'default': 1},
          'step': {'type': 'integer', 'multipleOf': 5, 'default': 5},
          'name': {'type': 'string', 'minLength': 1, 'maxLength': 8, 'default': 'x'},
          'cache': {'type': 'string', 'format': 'path', 'default': 'data'},
          'since': {'type': 'string', 'format': 'date', 'default': '2026-01-01'},
          'maybe': {'type': ['integer','null'], 'default': 3},
          'fo': {'type': 'string', 'default': ''},
          'key': {'type': 'string', 'x-secret': true}
          """);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'vad_threshold': 1}",
        "{'vad_threshold': 0}",
        "{'vad_threshold': 1.0}",
        "{'vad_threshold': 0.25}",
        "{'vad_speech_pad_ms': 10.0}",
        "{'vad_speech_pad_ms': 1e2}",
        "{'sample_rate': 9007199254740991}",
        "{'gain': 2}",
        "{'maybe': null}",
        "{'ws_url': null}",
        "{'ws_url': 'wss://x'}",
        "{'key': null}",
        "{'cache': '/x y'}",
        "{}"
      })
  void replace_legal_isTaken(String config) {
    assertThat(replace(SCHEMA, Json.map(config))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'vad_threshold': 1.4}            | maximum     | vad_threshold: 1.4 (expected: 0.0 to 1.0)
          {'vad_threshold': -1}             | minimum     | vad_threshold: -1 (expected: 0.0 to 1.0)
          {'vad_threshold': '0.5'}          | type        | vad_threshold: "0.5" (expected: a number, 0.0 to 1.0)
          {'vad_speech_pad_ms': 1001}       | maximum     | vad_speech_pad_ms: 1001 (expected: 0 to 1000)
          {'vad_speech_pad_ms': '300'}      | type        | vad_speech_pad_ms: "300" (expected: an integer, 0 to 1000)
          {'vad_speech_pad_ms': 1.5}        | type        | vad_speech_pad_ms: 1.5 (expected: an integer, 0 to 1000)
          {'vad_speech_pad_ms': true}       | type        | vad_speech_pad_ms: true (expected: an integer, 0 to 1000)
          {'vad_speech_pad_ms': null}       | null        | vad_speech_pad_ms: null (expected: an integer, 0 to 1000)
          {'vad_speech_pad_ms': [1]}        | type        | vad_speech_pad_ms: a list (expected: an integer, 0 to 1000)
          {'vad_speech_pad_ms': {}}         | type        | vad_speech_pad_ms: an object (expected: an integer, 0 to 1000)
          {'sample_rate': 0}                | minimum     | sample_rate: 0 (expected: > 0)
          {'sample_rate': 9007199254740992} | maximum     | sample_rate: 9007199254740992 (expected: within ±9007199254740991)
          {'sample_rate': -9007199254740992}| minimum     | sample_rate: -9007199254740992 (expected: within ±9007199254740991)
          {'sample_rate': 1e300}            | maximum     | sample_rate: 1e+300 (expected: within ±9007199254740991)
          {'gain': 0}                       | minimum     | gain: 0 (expected: > 0.0 and <= 2.0)
          {'gain': 123456789012345678901}   | maximum     | gain: 123456789012345680000 (expected: > 0.0 and <= 2.0)
          {'step': 7}                       | multiple_of | step: 7 (expected: a multiple of 5)
          {'name': ''}                      | min_length  | name: "" (expected: 1 to 8 characters)
          {'name': '123456789'}             | max_length  | name: "123456789" (expected: 1 to 8 characters)
          {'whisper_model': 'huge'}         | enum        | whisper_model: "huge" (expected: one of tiny, tiny.en, base)
          {'whisper_model': 5}              | type        | whisper_model: 5 (expected: one of tiny, tiny.en, base)
          {'whisper_model': null}           | null        | whisper_model: null (expected: one of tiny, tiny.en, base)
          {'ws_url': 'http://x'}            | pattern     | ws_url: "http://x" (expected: ws:// or wss://)
          {'ws_url': 'ws://x\\n'}           | pattern     | ws_url: "ws://x?" (expected: ws:// or wss://)
          {'ws_url': 5}                     | type        | ws_url: 5 (expected: a string, ws:// or wss://, or null)
          {'plain': 'A'}                    | pattern     | plain: "A" (expected: to match ^[a-z]+$)
          {'partials': 'yes'}               | type        | partials: "yes" (expected: true or false)
          {'partials': 1}                   | type        | partials: 1 (expected: true or false)
          {'maybe': 1.5}                    | type        | maybe: 1.5 (expected: an integer or null)
          {'since': 'today'}                | format      | since: "today" (expected: a string, in the format date)
          {'cache': 1}                      | type        | cache: 1 (expected: a path)
          {'key': 4711}                     | type        | key: "********" (expected: a string)
          {'key': '********'}               | mask        | key: the mask, but it is not set (expected: a value, or null)
          {'foo': 1}                        | unknown_key | foo: unknown key (expected: one of cache, fo, gain, key, maybe, name, partials, plain, sample_rate, since, step, vad_speech_pad_ms, vad_threshold, whisper_model, ws_url; did you mean "fo"?)
          """)
  void replace_illegal_saysWhatIsExpected(String config, String type, String message) {
    assertThat(errors(config)).extracting(FieldError::message).containsExactly(message);
    assertThat(errors(config)).extracting(FieldError::type).containsExactly(type);
  }

  @Test
  void replace_severalFaults_tellsAllAtOnce() {
    List<FieldError> errors =
        errors("{'vad_threshold': 2, 'sample_rate': 'x', 'nope_at_all': 1, 'key': 5, 'gain': []}");
    assertThat(errors)
        .extracting(FieldError::field)
        .containsExactlyInAnyOrder("gain", "key", "nope_at_all", "sample_rate", "vad_threshold");
    assertThat(errors.toString()).doesNotContain("5");
  }

  @Test
  void replace_illegalKey_isCutAndMadePrintable() {
    List<FieldError> errors = errors("{'../" + "x".repeat(500) + "\\n': 1}");
    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).field()).startsWith("\"../xx").hasSizeLessThan(90);
    assertThat(errors.get(0).type()).isEqualTo("unknown_key");
  }

  @Test
  void replace_longValue_isCutInTheMessage() {
    assertThat(errors("{'whisper_model': '" + "y".repeat(10_000) + "'}").get(0).message())
        .hasSizeLessThan(200);
  }

  @Test
  void replace_manyFaults_tellsTheFirstHundred() {
    Map<String, Object> config = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      config.put("k" + i, 1L);
    }
    BusFailure failure = catchThrowableOfType(BusFailure.class, () -> replace(SCHEMA, config));
    assertThat(failure.errors()).hasSize(ConfigValidator.MAX_ERRORS + 1);
    assertThat(failure.errors().get(100).message()).isEqualTo("config: 4900 more errors");
  }

  @Test
  void replace_textBeyondTheBound_isRefused() {
    Map<String, Object> config = Map.of("fo", "z".repeat(ConfigValidator.MAX_TEXT + 1));
    BusFailure failure = catchThrowableOfType(BusFailure.class, () -> replace(SCHEMA, config));
    assertThat(failure.errors()).extracting(FieldError::type).containsExactly("max_length");
  }

  @Test
  void replace_wholeNumbers_haveOneForm() {
    Values values = replace(SCHEMA, Json.map("{'vad_threshold': 1.0, 'sample_rate': 8e3}"));
    assertThat(values.get("vad_threshold")).isEqualTo(1L);
    assertThat(values.get("sample_rate")).isEqualTo(8000L);
    assertThat(values.has("key")).isFalse();
    assertThat(values.get("ws_url")).isNull();
    assertThat(values.has("ws_url")).isTrue();
    assertThat(SCHEMA.setKeys(values.map()))
        .containsExactlyInAnyOrder("vad_threshold", "sample_rate");
  }

  @Test
  void merge_null_returnsToTheDefault() {
    Values before = replace(SCHEMA, Json.map("{'maybe': null, 'step': 10, 'name': 'n'}"));
    Values after = merge(SCHEMA, before, Json.map("{'maybe': null, 'step': null}"));
    assertThat(after.get("maybe")).isEqualTo(3L);
    assertThat(after.get("step")).isEqualTo(5L);
    assertThat(after.get("name")).isEqualTo("n");
  }

  @Test
  void merge_nullOfUnknownKey_isRefused() {
    BusFailure failure =
        catchThrowableOfType(
            BusFailure.class,
            () -> merge(SCHEMA, Values.of(SCHEMA.defaults()), Json.map("{'nix': null}")));
    assertThat(failure.errors()).extracting(FieldError::type).containsExactly("unknown_key");
  }

  @Test
  void replace_patternWithoutEnd_isStoppedInBoundedTime() {
    CompiledSchema evil = Json.compile("'a': {'type':'string','pattern':'^(a+)+$'}");
    long start = System.nanoTime();
    BusFailure failure =
        catchThrowableOfType(
            BusFailure.class, () -> replace(evil, Map.of("a", "a".repeat(50_000) + "!")));
    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    assertThat(failure.errors())
        .extracting(FieldError::message)
        .anyMatch(message -> message.contains("takes too long"));
    assertThat(replace(evil, Map.of("a", "aaa")).get("a")).isEqualTo("aaa");
  }

  @Test
  void replace_rulesOverSeveralKeys_areEnforced() {
    CompiledSchema schema =
        Json.compileDocument(
            """
            {'type':'object','required':['host'],'properties':{
              'host':{'type':'string'},
              'mode':{'enum':['a','b'],'default':'a'},
              'n':{'type':'integer','default':1},
              'm':{'type':'integer'}},
             '$defs':{'big':{'properties':{'n':{'minimum':10}}}},
             'allOf':[{'if':{'properties':{'mode':{'const':'b'}}},'then':{'$ref':'#/$defs/big'}}],
             'dependentRequired':{'m':['n']}}
            """);
    assertThat(schema.seedable()).isFalse();
    assertThat(messages(schema, "{}")).containsExactly("host: missing (expected: a string)");
    assertThat(messages(schema, "{'host': 5}")).containsExactly("host: 5 (expected: a string)");
    assertThat(messages(schema, "{'host':'h','mode':'b'}"))
        .containsExactly(
            "n: 1 (expected: >= 10 by the schema's rule /$defs/big/properties/n/minimum)");
    assertThat(messages(schema, "{'host':'h','mode':'b','n':10}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'a.b_c': 1, 'x': 'y', 'z': true, 'f': 1.5} | ~~
          {'A': 1}    | key
          {'a-b': 1}  | key
          {'a..b': 1} | key
          {'a': null} | null
          {'a': []}   | type
          {'a': {}}   | type
          {'a': 9007199254740993} | maximum
          """)
  void replace_untyped_takesLegalKeysAndScalars(String config, String type) {
    CompiledSchema schema = CompiledSchema.untyped("free");
    List<String> types = schema.validate(Json.map(config)).stream().map(FieldError::type).toList();
    assertThat(types).isEqualTo(type.isEmpty() ? List.of() : List.of(type));
  }

  @Test
  void replace_settingsTooLargeInAll_areRefused() {
    CompiledSchema schema = CompiledSchema.untyped("free");
    Map<String, Object> config = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      config.put("k" + i, "v".repeat(210_000));
    }
    BusFailure failure = catchThrowableOfType(BusFailure.class, () -> replace(schema, config));
    assertThat(failure.code()).isEqualTo(FailureCode.INVALID);
    assertThat(failure.errors()).extracting(FieldError::type).containsExactly("too_large");
  }

  private static List<String> messages(CompiledSchema schema, String config) {
    Map<String, Object> all = schema.defaults();
    all.putAll(Json.map(config));
    return schema.validate(all).stream().map(FieldError::message).toList();
  }

  private static List<FieldError> errors(String config) {
    return catchThrowableOfType(BusFailure.class, () -> replace(SCHEMA, Json.map(config))).errors();
  }

  private static Values replace(CompiledSchema schema, Map<String, Object> config) {
    return new Overlay(schema, Environment.EMPTY, Set.of()).replace(Values.EMPTY, config).stored();
  }

  private static Values merge(CompiledSchema schema, Values stored, Map<String, Object> patch) {
    return new Overlay(schema, Environment.EMPTY, Set.of()).merge(stored, patch).stored();
  }
}

package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoorRulesTest {
  private static final ApiDocument DOCUMENT = ApiDocument.load();
  private static final Map<Call, RequestRules> RULES = RequestRules.of(DOCUMENT);

  /** Several verticles make their rules of one document at the same time: none may write to it. */
  @Test
  void rules_made_leaveTheDocumentAsItWas() {
    ApiDocument document = ApiDocument.load();
    List<String> before = operations(document);
    RequestRules.of(document);
    assertThat(operations(document)).isEqualTo(before);
  }

  private static List<String> operations(ApiDocument document) {
    return Stream.of(Call.values())
        .flatMap(call -> document.operation(call).stream())
        .map(JsonObject::encode)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "/a/b-c.d_e~f", "/%61/B", "/%2D", "/..."})
  void check_legalPath_passes(String path) {
    assertThatCode(() -> Paths.check(path)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "*", "a", "/.", "/..", "/a/../b", "/%2e%2e/a", "/%2E", "/a%2Fb", "/a%2fb", "/a%5Cb",
        "/a\\b", "/a;b", "/..;/a", "/a%00", "/a%0a", "/%252e", "/%25", "/%", "/%4", "/%zz",
            "/%c3%a9",
        "/é", "/a b", "/a+b", "/a#b", "/a:b", "/a@b", "/%u002e", "/a%20"
      })
  void check_oddPath_fails400(String path) {
    assertThatThrownBy(() -> Paths.check(path))
        .asInstanceOf(type(BusFailure.class))
        .extracting(BusFailure::code)
        .isEqualTo(FailureCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"//", "/a//b", "/a/", "//a"})
  void check_emptySegment_fails404(String path) {
    assertThatThrownBy(() -> Paths.check(path))
        .asInstanceOf(type(BusFailure.class))
        .extracting(BusFailure::code)
        .isEqualTo(FailureCode.NOT_FOUND);
  }

  @Test
  void check_noPath_fails400() {
    assertThatThrownBy(() -> Paths.check(null)).isInstanceOf(BusFailure.class);
  }

  @Test
  void parse_query_decodesOnce() {
    assertThat(Query.parse("a=1&b=x%2520y&c&d=e=f&g=%C3%A9+h"))
        .isEqualTo(Map.of("a", "1", "b", "x%20y", "c", "", "d", "e=f", "g", "é h"));
    assertThat(Query.parse(null)).isEmpty();
    assertThat(Query.parse("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a=1&a=2", "a=%", "a=%zz", "a=%ff", "=1", "a=1&", "&", "a=%00", "%61=1&a=2"})
  void parse_badQuery_fails400(String query) {
    assertThatThrownBy(() -> Query.parse(query))
        .asInstanceOf(type(BusFailure.class))
        .extracting(BusFailure::code)
        .isEqualTo(FailureCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"3-ab\" | true | true",
        "W/\"3-ab\" | false | true",
        "\"x\", W/\"y\",\"3-ab\" | true | true",
        "* | true | true",
        "\"3-ac\" | false | false",
        "\"a,b\" ,\"3-ab\" | true | true",
      })
  void entityTags_compare(String value, boolean strong, boolean weak) {
    EntityTags tags = EntityTags.parse(value);
    assertThat(tags.strong("\"3-ab\"")).isEqualTo(strong);
    assertThat(tags.weak("\"3-ab\"")).isEqualTo(weak);
    assertThat(EntityTags.held(value, "\"3-ab\"")).isEqualTo(weak);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3-ab", "\"3-ab", "W/3", "\"a\" b", ","})
  void entityTags_noList_isNull(String value) {
    assertThat(EntityTags.parse(value)).isNull();
    assertThat(EntityTags.held(value, "\"3-ab\"")).isFalse();
  }

  @Test
  void document_describesExactlyTheCallsThereAre() {
    List<String> calls =
        java.util.Arrays.stream(Call.values())
            .map(call -> ApiDocument.key(call.method().name(), call.path()))
            .sorted()
            .toList();
    assertThat(DOCUMENT.keys()).isEqualTo(calls);
  }

  @Test
  void checkBody_allFaultsAtOnce_withTheFields() {
    Map<String, Object> body = new HashMap<>();
    body.put("query", "");
    body.put("max_results", 201L);
    body.put("type_filter", "number");
    body.put("extra", 1L);
    assertThatThrownBy(() -> RULES.get(Call.SEARCH).checkBody(body))
        .asInstanceOf(type(BusFailure.class))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST))
        .extracting(failure -> failure.errors().stream().map(FieldError::field).sorted().toList())
        .isEqualTo(List.of("extra", "max_results", "query", "type_filter"));
  }

  @Test
  void checkBody_badElement_isNamedOnce() {
    assertThatThrownBy(
            () ->
                RULES
                    .get(Call.RESTORE)
                    .checkBody(Map.of("service", "a", "history_entries", List.of(1L, "x"))))
        .asInstanceOf(type(BusFailure.class))
        .extracting(failure -> failure.errors().stream().map(FieldError::field).toList())
        .isEqualTo(List.of("history_entries/1"));
  }

  @Test
  void query_typesWhatTheDocumentTypes() {
    assertThat(RULES.get(Call.HISTORY).query(Map.of("limit", "20", "key", "a.b")))
        .isEqualTo(Map.of("limit", 20L, "key", "a.b"));
    assertThat(RULES.get(Call.GET_SERVICE).query(Map.of("include_fields", "true")))
        .isEqualTo(Map.of("include_fields", true));
    assertThat(RULES.get(Call.HISTORY).query(Map.of("start_date", "2026-11-22T10:15:30 00:00")))
        .isEqualTo(Map.of("start_date", "2026-11-22T10:15:30+00:00"));
  }

  @ParameterizedTest
  @CsvSource({
    "limit,0",
    "limit,1001",
    "limit,x",
    "limit,1.0",
    "limit,",
    "limit,99999999999999999999",
    "before,0",
    "start_date,yesterday",
    "service,Stt",
    "key,A",
    "unknown,1"
  })
  void query_badParameter_fails400(String name, String value) {
    assertThatThrownBy(
            () -> RULES.get(Call.HISTORY).query(Map.of(name, value == null ? "" : value)))
        .asInstanceOf(type(BusFailure.class))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST))
        .satisfies(failure -> assertThat(failure.getMessage()).contains(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\""
      })
  void checkMediaType_known_passes(String type) {
    assertThatCode(() -> RULES.get(Call.PUT_SERVICE).checkMediaType(type))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "application/merge-patch+json",
        "application/json; charset=latin1",
        "application/x-www-form-urlencoded",
        "json"
      })
  void checkMediaType_other_fails415(String type) {
    assertThatThrownBy(() -> RULES.get(Call.PUT_SERVICE).checkMediaType(type))
        .asInstanceOf(type(BusFailure.class))
        .extracting(BusFailure::code)
        .isEqualTo(FailureCode.UNSUPPORTED_MEDIA_TYPE);
  }
}

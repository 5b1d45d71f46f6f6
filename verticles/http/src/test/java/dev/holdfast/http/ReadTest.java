package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.SCOPED;
import static dev.holdfast.http.HttpHarness.WRITER;
import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadTest {
  private static final String STT = "/api/config/services/stt-worker";
  private static HttpHarness http;

  @BeforeAll
  static void start() throws Exception {
    http = new HttpHarness();
  }

  @AfterAll
  static void stop() {
    http.close();
  }

  @Test
  void get_service_answersWithTagAndCommonHeaders() throws Exception {
    HttpResponse<String> reply = http.get("/api/config/services/free-form", READER);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("content-type")).contains("application/json");
    assertThat(reply.headers().firstValue("etag").orElseThrow()).matches("\"2-[0-9a-f]{16}\"");
    assertThat(reply.headers().firstValue("cache-control")).contains("no-cache");
    assertThat(reply.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(reply.headers().firstValue("x-request-id")).isPresent();
    ZonedDateTime date =
        ZonedDateTime.parse(
            reply.headers().firstValue("date").orElseThrow(), DateTimeFormatter.RFC_1123_DATE_TIME);
    assertThat(Duration.between(date, ZonedDateTime.now(date.getZone())).abs())
        .isLessThan(Duration.ofSeconds(5));
    assertThat(body(reply).getString("schema")).isEqualTo("untyped");
    assertThat(body(reply).getJsonArray("fields")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"?include_fields=false,false", "?include_fields=true,true", "'',true"})
  void get_includeFields_decidesAboutFields(String query, boolean fields) throws Exception {
    HttpResponse<String> reply = http.get(STT + query, READER);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(body(reply).containsKey("fields")).isEqualTo(fields);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"?include_fields=maybe", "?at=3", "?include_fields=true&include_fields=true"})
  void get_badQuery_fails400(String query) throws Exception {
    problem(http.get(STT + query, READER), 400);
  }

  @Test
  void get_bothForms_haveTagsOfTheirOwnThatAnswer304() throws Exception {
    String full = tag(http.get(STT, READER));
    String brief = tag(http.get(STT + "?include_fields=false", READER));
    assertThat(full).isNotEqualTo(brief);
    assertThat(held(STT, full)).isEqualTo(304);
    assertThat(held(STT, "W/" + full)).isEqualTo(304);
    assertThat(held(STT, "\"x\", " + full)).isEqualTo(304);
    assertThat(held(STT, "*")).isEqualTo(304);
    assertThat(held(STT, brief)).isEqualTo(200);
    assertThat(held(STT, "nonsense")).isEqualTo(200);
    assertThat(held(STT + "?include_fields=false", brief)).isEqualTo(304);
    // The same by way of the router, which an odd spelling takes.
    assertThat(held("/api/config/services/%73tt-worker", full)).isEqualTo(304);
    assertThat(held("/api/config/services/%73tt-worker", brief)).isEqualTo(200);
  }

  @Test
  void get_notModified_hasTagAndNoBody() throws Exception {
    String tag = tag(http.get(STT, READER));
    HttpResponse<String> reply = http.send(http.request(STT, READER).header("If-None-Match", tag));
    assertThat(reply.statusCode()).isEqualTo(304);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.headers().firstValue("etag")).contains(tag);
  }

  @ParameterizedTest
  @ValueSource(strings = {STT, "/api/config/services/%73tt-worker", "/api/config/services"})
  void head_answersTheHeadersOfGet(String path) throws Exception {
    HttpResponse<String> get = http.get(path, READER);
    HttpResponse<String> head =
        http.send(http.request(path, READER).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String name : List.of("content-length", "content-type", "etag", "cache-control")) {
      assertThat(head.headers().firstValue(name)).isEqualTo(get.headers().firstValue(name));
    }
  }

  @Test
  void get_percentEncodedLetter_isDecodedOnce() throws Exception {
    HttpResponse<String> reply = http.get("/api/config/services/%73tt%2Dworker", READER);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo(http.get(STT, READER).body());
    assertThat(reply.headers().firstValue("etag")).contains(tag(http.get(STT, READER)));
  }

  @Test
  void get_unknownService_fails404() throws Exception {
    problem(http.get("/api/config/services/nobody", READER), 404);
  }

  @Test
  void list_services_isSortedAndLimitedToTheScope() throws Exception {
    assertThat(body(http.get("/api/config/services", READER)).getJsonArray("services"))
        .contains("free-form", "stt-worker");
    HttpResponse<String> scoped = http.get("/api/config/services", SCOPED);
    assertThat(body(scoped).getJsonArray("services")).isEqualTo(new JsonArray().add("free-form"));
    assertThat(scoped.headers().firstValue("cache-control")).contains("no-store");
  }

  @Test
  void change_byAnother_isReadFromEveryInstance() throws Exception {
    http.rooms.announce(Fixtures.snapshot(Fixtures.untyped("announced"), 1, 1000, Map.of()));
    assertThat(eventually("/api/config/services/announced", 1)).isTrue();
  }

  @Test
  void change_missedEvent_isFoundByReadingTheState() throws Exception {
    http.rooms.announce(Fixtures.snapshot(Fixtures.untyped("gap-a"), 1, 2000, Map.of()));
    http.rooms.announce(Fixtures.snapshot(Fixtures.untyped("gap-b"), 1, 2001, Map.of()));
    assertThat(eventually("/api/config/services/gap-b", 1)).isTrue();
    // Known to the settings room, never announced; the next event shows the gap.
    http.rooms.keepQuiet(Fixtures.snapshot(Fixtures.untyped("unseen"), 5, 2002, Map.of()));
    http.rooms.announce(Fixtures.snapshot(Fixtures.untyped("gap-c"), 1, 2003, Map.of()));
    assertThat(eventually("/api/config/services/unseen", 5)).isTrue();
  }

  @Test
  void put_unannounced_isReadBackAtOnceFromBothInstances() throws Exception {
    http.rooms.silent = true;
    try {
      HttpResponse<String> put =
          http.json(
              "PUT",
              "/api/config/services/written?untyped=true",
              WRITER,
              "{\"config\":{\"x\":1},\"version\":0}");
      assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
      String path = "/api/config/services/written";
      assertThat(tag(http.get(path, READER))).isEqualTo(tag(put));
      HttpRequest other =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.second.actualPort() + path))
              .header("X-API-Token", READER)
              .build();
      HttpResponse<String> second = http.client.send(other, HttpResponse.BodyHandlers.ofString());
      assertThat(tag(second)).isEqualTo(tag(put));
    } finally {
      http.rooms.silent = false;
    }
  }

  private static boolean eventually(String path, int version) throws Exception {
    for (int i = 0; i < 200; i++) {
      HttpResponse<String> reply = http.get(path, READER);
      if (reply.statusCode() == 200 && body(reply).getInteger("version") == version) {
        return true;
      }
    }
    return false;
  }

  private static String tag(HttpResponse<String> reply) {
    return reply.headers().firstValue("etag").orElseThrow();
  }

  private static int held(String path, String tag) throws Exception {
    return http.send(http.request(path, READER).header("If-None-Match", tag)).statusCode();
  }
}

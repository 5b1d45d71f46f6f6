package dev.holdfast.http;

import static dev.holdfast.http.SseFixture.EPOCH;
import static dev.holdfast.http.SseFixture.LIMITS;
import static dev.holdfast.http.SseFixture.OTHER_EPOCH;
import static dev.holdfast.http.SseFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.SseClient.Frame;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.settings.SettingsRoutes;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SseHubTest {
  private SseFixture room;

  @BeforeEach
  void start(Vertx vertx) {
    room = new SseFixture(vertx);
  }

  @Test
  void attach_fresh_setsTheLastEventIdWithoutAnEvent() throws Exception {
    room.change("1", "router");
    room.change("1", "camera");
    room.start(LIMITS);
    try (SseClient client = room.connect("")) {
      assertThat(client.head())
          .startsWith("http/1.1 200")
          .contains("content-type: text/event-stream\n")
          .contains("cache-control: no-store\n")
          .contains("x-accel-buffering: no\n")
          .contains("x-request-id: req-1\n");
      assertThat(client.block()).isEqualTo(new Frame(EPOCH + "/2", "", "", ":connected"));
    }
  }

  @Test
  void change_severalReaders_getThePayloadSignedOnceInOrder() throws Exception {
    room.start(LIMITS);
    try (SseClient one = fresh("");
        SseClient two = fresh("")) {
      room.put("1", "router");
      assertThat(one.next()).isEqualTo(config(1, "router", "1", 1));
      room.put("2", "router");
      room.put("1", "camera");
      for (SseClient client : List.of(one, two)) {
        List<Frame> frames = client.upTo("camera");
        assertThat(frames).endsWith(config(2, "router", "2", 2), config(3, "camera", "1", 1));
      }
      assertThat(room.signed()).containsExactly("router@1", "router@2", "camera@1");
    }
  }

  @Test
  void change_filterAndScope_boundWhatIsTold() throws Exception {
    room.start(LIMITS);
    try (SseClient filtered = fresh("?services=router,camera");
        SseClient scoped = fresh("", "X-Scope", "camera");
        SseClient both = fresh("?services=router", "X-Scope", "camera")) {
      room.put("1", "stt-worker");
      room.put("1", "router");
      room.put("1", "camera");
      assertThat(filtered.next().id()).isEqualTo(EPOCH + "/2");
      assertThat(filtered.next().id()).isEqualTo(EPOCH + "/3");
      assertThat(scoped.next().id()).isEqualTo(EPOCH + "/3");
      bothHearNothingBut(both, report());
    }
  }

  @Test
  void change_severalServicesInOneRevision_onlyTheLastCarriesTheId() throws Exception {
    room.start(LIMITS);
    try (SseClient all = fresh("");
        SseClient first = fresh("?services=a,b")) {
      room.put("1", "a", "b", "c");
      assertThat(List.of(all.next(), all.next(), all.next()))
          .extracting(Frame::id)
          .containsExactly("", "", EPOCH + "/1");
      assertThat(List.of(first.next(), first.next()))
          .extracting(Frame::id)
          .containsExactly("", EPOCH + "/1");
    }
  }

  @Test
  void delete_liveReader_getsTheSignedTombstone() throws Exception {
    room.change("1", "router");
    room.start(LIMITS);
    try (SseClient client = fresh("")) {
      room.delete("router");
      assertThat(client.next())
          .isEqualTo(
              new Frame(EPOCH + "/2", "deleted", "{\"service\":\"router\",\"version\":2}", ""));
    }
  }

  @Test
  void health_changed_isToldWithAllTenMembersAndNoId() throws Exception {
    room.start(LIMITS);
    try (SseClient client = fresh("")) {
      room.bus.publish(HealthRoutes.CHANGED, report());
      assertThat(client.next())
          .isEqualTo(
              new Frame(
                  "",
                  "health",
                  "{\"ok\":false,\"database_status\":\"locked\","
                      + "\"operational_mode\":\"read-only-fallback\",\"config_epoch\":\""
                      + EPOCH
                      + "\",\"schema_version\":3,\"lkg_cache_valid\":true,"
                      + "\"litestream_status\":\"disabled\",\"last_backup\":null,"
                      + "\"event\":\"locked\",\"err\":\"two\\nlines\"}",
                  ""));
    }
  }

  @Test
  void heartbeat_idleReader_getsComments() throws Exception {
    room.start(new SseLimits(10, 64 * 1024, 30, 30_000, 60_000, 20));
    try (SseClient client = fresh("")) {
      assertThat(client.block()).isEqualTo(new Frame("", "", "", ":"));
      assertThat(client.block()).isEqualTo(new Frame("", "", "", ":"));
    }
  }

  @Test
  void signing_fails_isTriedAgainAndNothingIsSkipped() throws Exception {
    room.start(LIMITS);
    try (SseClient client = fresh("")) {
      room.failSignatures(3);
      room.put("1", "router");
      room.put("1", "camera");
      assertThat(client.next()).isEqualTo(config(1, "router", "1", 1));
      assertThat(client.next()).isEqualTo(config(2, "camera", "1", 1));
      assertThat(room.signed())
          .containsExactly("router@1", "router@1", "router@1", "router@1", "camera@1");
    }
  }

  @Test
  void burst_slowSigner_isReducedToTheNewestStates() throws Exception {
    room.start(LIMITS);
    try (SseClient client = fresh("")) {
      room.hold();
      for (int i = 1; i <= 50; i++) {
        room.put(String.valueOf(i), "router");
      }
      room.put("1", "camera");
      until("all are pending", () -> room.metric("holdfast.sse.pending") == 2);
      room.release();
      List<Frame> frames = client.upTo("camera");
      assertThat(frames.size()).isLessThanOrEqualTo(3);
      assertThat(frames).endsWith(config(50, "router", "50", 50), config(51, "camera", "1", 1));
      until("nothing is pending", () -> room.metric("holdfast.sse.pending") == 0);
    }
  }

  @Test
  void attach_whileAChangeIsBeingSigned_startsBeforeIt() throws Exception {
    room.change("1", "router");
    room.start(LIMITS);
    try (SseClient first = fresh("")) {
      room.hold();
      room.put("2", "router");
      until("it waits", () -> room.metric("holdfast.sse.pending") == 1);
      try (SseClient second = room.connect("")) {
        assertThat(second.next().id()).isEqualTo(EPOCH + "/1");
        room.release();
        assertThat(first.next()).isEqualTo(config(2, "router", "2", 2));
        assertThat(second.next()).isEqualTo(config(2, "router", "2", 2));
      }
    }
  }

  @Test
  void gapInRevisions_stateIsReadAgain() throws Exception {
    room.start(LIMITS);
    try (SseClient client = fresh("")) {
      room.change("1", "router");
      room.change("1", "camera");
      room.put("2", "camera");
      assertThat(client.next()).isEqualTo(config(1, "router", "1", 1));
      assertThat(client.next()).isEqualTo(config(3, "camera", "2", 2));
      room.put("3", "camera");
      assertThat(client.next()).isEqualTo(config(4, "camera", "3", 3));
    }
  }

  @Test
  void oldEvent_isIgnored() throws Exception {
    room.start(LIMITS);
    try (SseClient client = fresh("")) {
      var first = room.change("1", "router");
      room.bus.publish(SettingsRoutes.CHANGED, first);
      room.bus.publish(SettingsRoutes.CHANGED, first);
      room.put("2", "router");
      assertThat(client.upTo("\"2\"")).hasSizeLessThanOrEqualTo(2).doesNotHaveDuplicates();
    }
  }

  @Test
  void otherEpoch_liveReaders_areResetAndGoOn() throws Exception {
    room.change("1", "router");
    room.start(LIMITS);
    try (SseClient client = fresh("")) {
      room.rebuild(OTHER_EPOCH);
      room.put("1", "router");
      assertThat(client.next())
          .isEqualTo(
              new Frame(
                  OTHER_EPOCH + "/1",
                  "reset",
                  "{\"reason\":\"epoch\",\"config_epoch\":\"" + OTHER_EPOCH + "\",\"revision\":1}",
                  ""));
      room.put("2", "router");
      assertThat(client.next().id()).isEqualTo(OTHER_EPOCH + "/2");
    }
  }

  @Test
  void attach_tooManyReaders_isRefused() throws Exception {
    room.start(new SseLimits(1, 64 * 1024, 60_000, 30_000, 60_000, 20));
    try (SseClient first = fresh("");
        SseClient second = room.connect("")) {
      assertThat(second.head())
          .startsWith("http/1.1 503")
          .contains("content-type: application/problem+json\n")
          .contains("x-request-id: req-1\n");
      assertThat(first.head()).startsWith("http/1.1 200");
    }
    until("the first has left", () -> room.metric("holdfast.sse.readers") == 0);
    try (SseClient third = fresh("")) {
      assertThat(third.head()).startsWith("http/1.1 200");
    }
  }

  @Test
  void noReaders_nothingIsSigned() throws Exception {
    room.start(LIMITS);
    room.put("1", "router");
    try (SseClient client = fresh("")) {
      room.put("1", "camera");
      client.upTo("camera");
      assertThat(room.signed()).contains("camera@1").doesNotContain("router@1");
    }
  }

  @Test
  void close_endsEveryStreamAndRefusesNewOnes() throws Exception {
    room.start(LIMITS);
    try (SseClient client = fresh("")) {
      room.close();
      assertThat(client.next()).isEqualTo(Frame.END);
      try (SseClient late = room.connect("")) {
        assertThat(late.head()).startsWith("http/1.1 503");
      }
    }
  }

  private SseClient fresh(String query, String... headers) throws Exception {
    SseClient client = room.connect(query, headers);
    assertThat(client.block().comment()).isEqualTo(":connected");
    return client;
  }

  private void bothHearNothingBut(SseClient client, HealthReport report) throws Exception {
    room.bus.publish(HealthRoutes.CHANGED, report);
    assertThat(client.next().event()).isEqualTo("health");
  }

  private static HealthReport report() {
    return new HealthReport(
        false,
        "locked",
        "read-only-fallback",
        EPOCH,
        3,
        true,
        "disabled",
        null,
        "locked",
        "two\nlines");
  }

  static Frame config(long revision, String service, String value, long version) {
    return new Frame(
        EPOCH + "/" + revision,
        "config",
        "{\"service\":\"%s\",\"config\":{\"value\":\"%s\"},\"version\":%d}"
            .formatted(service, value, version),
        "");
  }
}

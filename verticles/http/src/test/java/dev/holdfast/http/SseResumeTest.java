package dev.holdfast.http;

import static dev.holdfast.http.SseFixture.EPOCH;
import static dev.holdfast.http.SseFixture.LIMITS;
import static dev.holdfast.http.SseFixture.OTHER_EPOCH;
import static dev.holdfast.http.SseFixture.until;
import static dev.holdfast.http.SseHubTest.config;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.http.SseClient.Frame;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.SettingsRoutes;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class SseResumeTest {
  private SseFixture room;

  @BeforeEach
  void start(Vertx vertx) {
    room = new SseFixture(vertx);
  }

  @Test
  void resume_sameEpoch_tellsExactlyWhatIsNewerThenGoesOnLive() throws Exception {
    room.change("1", "camera");
    room.change("1", "router");
    room.change("1", "stt-worker");
    room.change("2", "router");
    room.start(LIMITS);
    try (SseClient client = resume("", EPOCH + "/1")) {
      assertThat(client.next()).isEqualTo(config(3, "stt-worker", "1", 1));
      assertThat(client.next()).isEqualTo(config(4, "router", "2", 2));
      room.put("2", "camera");
      assertThat(client.next()).isEqualTo(config(5, "camera", "2", 2));
    }
  }

  @Test
  void resume_atTheNewestRevision_tellsOnlyWhatComes() throws Exception {
    room.change("1", "router");
    room.start(LIMITS);
    try (SseClient client = resume("", EPOCH + "/1")) {
      room.put("2", "router");
      assertThat(client.next()).isEqualTo(config(2, "router", "2", 2));
    }
  }

  @Test
  void resume_withFilter_tellsOnlyThose() throws Exception {
    room.change("1", "camera");
    room.change("1", "router");
    room.start(LIMITS);
    try (SseClient client = resume("?services=camera", EPOCH + "/0")) {
      assertThat(client.next()).isEqualTo(config(1, "camera", "1", 1));
      room.put("2", "router");
      room.put("2", "camera");
      assertThat(client.next()).isEqualTo(config(4, "camera", "2", 2));
    }
  }

  @Test
  void resume_tombstone_isTold() throws Exception {
    room.change("1", "router");
    room.start(LIMITS);
    room.delete("router");
    try (SseClient client = resume("", EPOCH + "/1")) {
      assertThat(client.next())
          .isEqualTo(
              new Frame(EPOCH + "/2", "deleted", "{\"service\":\"router\",\"version\":2}", ""));
    }
  }

  @Test
  void resume_severalServicesInOneRevision_onlyTheLastCarriesTheId() throws Exception {
    room.change("1", "a", "b", "c");
    room.change("1", "d");
    room.start(LIMITS);
    try (SseClient client = resume("", EPOCH + "/0")) {
      assertThat(List.of(client.next(), client.next(), client.next(), client.next()))
          .extracting(Frame::id)
          .containsExactly("", "", EPOCH + "/1", EPOCH + "/2");
    }
  }

  @Test
  void resume_youngFrames_areNotSignedAgain() throws Exception {
    room.change("1", "a", "b");
    room.start(LIMITS);
    for (int i = 0; i < 3; i++) {
      try (SseClient client = resume("", EPOCH + "/0")) {
        assertThat(client.upTo("\"b\"")).hasSize(2);
      }
    }
    assertThat(room.signed()).containsExactly("a@1", "b@1");
  }

  @Test
  void resume_oldFrames_areSignedAgain() throws Exception {
    room.change("1", "a");
    room.start(new SseLimits(10, 64 * 1024, 60_000, 30_000, 100, 20));
    long since = System.nanoTime();
    try (SseClient client = resume("", EPOCH + "/0")) {
      client.upTo("\"a\"");
    }
    until("the frame is old", () -> System.nanoTime() - since > 300_000_000);
    try (SseClient client = resume("", EPOCH + "/0")) {
      assertThat(client.next()).isEqualTo(config(1, "a", "1", 1));
    }
    assertThat(room.signed()).containsExactly("a@1", "a@1");
  }

  @Test
  void resume_manyAtOnce_signOnceAService() throws Exception {
    room.change("1", "a");
    room.start(LIMITS);
    room.hold();
    try (SseClient one = resume("", EPOCH + "/0");
        SseClient two = resume("", EPOCH + "/0")) {
      until("both are there", () -> room.metric("holdfast.sse.readers") == 2);
      room.release();
      assertThat(one.next()).isEqualTo(config(1, "a", "1", 1));
      assertThat(two.next()).isEqualTo(config(1, "a", "1", 1));
    }
    assertThat(room.signed()).containsExactly("a@1");
  }

  @Test
  void resume_whileAChangeIsBeingSigned_tellsItOnce() throws Exception {
    room.change("1", "a");
    room.change("1", "b");
    room.start(LIMITS);
    try (SseClient other = resume("", EPOCH + "/2")) {
      assertThat(other.block().comment()).isEqualTo(":connected");
      room.hold();
      room.put("2", "a");
      until("it waits", () -> room.metric("holdfast.sse.pending") == 1);
      try (SseClient behind = resume("", EPOCH + "/0");
          SseClient ahead = resume("", EPOCH + "/3")) {
        assertThat(behind.block().comment()).isEqualTo(":connected");
        assertThat(ahead.block().comment()).isEqualTo(":connected");
        room.release();
        assertThat(other.next()).isEqualTo(config(3, "a", "2", 2));
        room.put("2", "b");
        List<Frame> frames = behind.upTo("\"b\",\"config\":{\"value\":\"2\"}");
        assertThat(frames).doesNotHaveDuplicates();
        assertThat(frames).contains(config(3, "a", "2", 2)).endsWith(config(4, "b", "2", 2));
        assertThat(ahead.next()).isEqualTo(config(4, "b", "2", 2));
      }
    }
  }

  @Test
  void resume_signingFails_isTriedAgain() throws Exception {
    room.change("1", "a");
    room.start(LIMITS);
    room.failSignatures(3);
    try (SseClient client = resume("", EPOCH + "/0")) {
      assertThat(client.next()).isEqualTo(config(1, "a", "1", 1));
    }
  }

  @Test
  void resume_changeWhileStillBehind_keepsTheOrder() throws Exception {
    room.change("1", "a");
    room.start(new SseLimits(10, 64 * 1024, 60_000, 30_000, 60_000, 300));
    room.failSignatures(1);
    try (SseClient client = resume("", EPOCH + "/0")) {
      until("the first signature failed", () -> room.signed().size() == 1);
      room.put("1", "b");
      assertThat(client.next()).isEqualTo(config(1, "a", "1", 1));
      assertThat(client.next()).isEqualTo(config(2, "b", "1", 1));
    }
  }

  @Test
  void resume_otherEpoch_isReset() throws Exception {
    room.change("1", "a");
    room.start(LIMITS);
    assertReset(OTHER_EPOCH + "/1", "epoch");
  }

  @Test
  void resume_revisionAbove_isReset() throws Exception {
    room.change("1", "a");
    room.start(LIMITS);
    assertReset(EPOCH + "/2", "ahead");
  }

  @ParameterizedTest
  @ValueSource(strings = {"junk", "/1", "1", EPOCH, EPOCH + "/-1", EPOCH + "/01", EPOCH + "/1/2"})
  void resume_malformed_isReset(String id) throws Exception {
    room.change("1", "a");
    room.start(LIMITS);
    assertReset(id, "unknown-id");
  }

  @Test
  void resume_revisionThisHubHasNotHeardOfYet_isNoReset() throws Exception {
    room.change("1", "a");
    room.start(LIMITS);
    ConfigChanged late = room.change("2", "a");
    try (SseClient client = resume("", EPOCH + "/2")) {
      until("it began", () -> room.metric("holdfast.sse.readers") == 1);
      room.bus.publish(SettingsRoutes.CHANGED, late);
      room.put("3", "a");
      assertThat(client.next()).isEqualTo(config(3, "a", "3", 3));
    }
  }

  private void assertReset(String id, String reason) throws Exception {
    try (SseClient client = resume("", id)) {
      assertThat(client.next())
          .isEqualTo(
              new Frame(
                  EPOCH + "/1",
                  "reset",
                  "{\"reason\":\"%s\",\"config_epoch\":\"%s\",\"revision\":1}"
                      .formatted(reason, EPOCH),
                  ""));
      room.put("2", "a");
      assertThat(client.next()).isEqualTo(config(2, "a", "2", 2));
    }
  }

  private SseClient resume(String query, String id) throws Exception {
    return room.connect(query, "Last-Event-ID", id);
  }
}

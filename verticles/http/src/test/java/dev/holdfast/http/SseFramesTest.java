package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseFramesTest {
  private static final String EPOCH = "7c1d4c3e-9a53-4f0e-8f2b-52a4a2f6f3f1";

  @Test
  void signed_config_isOneFrameWithAndWithoutTheId() {
    SseFrame frame = SseFrames.signed(new SseState("a", 2, 7, EPOCH, "{}"), "{\"k\":\"é\"}");
    assertThat(frame.whole().toString())
        .isEqualTo("id: " + EPOCH + "/7\nevent: config\ndata: {\"k\":\"é\"}\n\n");
    assertThat(frame.withoutId().toString()).isEqualTo("event: config\ndata: {\"k\":\"é\"}\n\n");
  }

  @Test
  void signed_tombstone_isDeleted() {
    SseFrame frame = SseFrames.signed(new SseState("a", 2, 7, EPOCH, null), "{}");
    assertThat(frame.whole().toString())
        .isEqualTo("id: " + EPOCH + "/7\nevent: deleted\ndata: {}\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\n}", "{}\r"})
  void signed_lineBreak_isRefused(String payload) {
    SseState state = new SseState("a", 2, 7, EPOCH, "{}");
    assertThatThrownBy(() -> SseFrames.signed(state, payload))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: one line of JSON");
  }

  @Test
  void id_written_readsBack() {
    SseId id = new SseId(EPOCH, 42);
    assertThat(SseId.parse(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "x/1", EPOCH + "/", EPOCH + "/1 ", EPOCH + "/99999999999999999"})
  void id_otherForm_isNone(String text) {
    assertThat(SseId.parse(text)).isNull();
  }

  @Test
  void limits_illegal_sayTheLegalForm() {
    assertThatThrownBy(() -> new SseLimits(0, 1, 1, 1, 100, 1))
        .hasMessage("maxReaders: 0 (expected: >= 1)");
    assertThatThrownBy(() -> new SseLimits(1, 1, 1, 1, 99, 1))
        .hasMessage("reuseMillis: 99 (expected: >= 100)");
  }

  @Test
  void limits_backOff_growsToABound() {
    assertThat(SseLimits.DEFAULTS.backOffMillis(1)).isEqualTo(100);
    assertThat(SseLimits.DEFAULTS.backOffMillis(3)).isEqualTo(400);
    assertThat(SseLimits.DEFAULTS.backOffMillis(1_000)).isEqualTo(3_200);
  }
}

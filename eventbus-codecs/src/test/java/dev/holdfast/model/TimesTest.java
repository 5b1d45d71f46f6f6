package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimesTest {
  @Test
  void format_micros_areSixDigitsOrNone() {
    assertThat(Times.format(Instant.parse("2026-11-22T10:00:00.000001999Z")))
        .isEqualTo("2026-11-22T10:00:00.000001+00:00");
    assertThat(Times.format(Instant.parse("2026-11-22T10:00:00.120Z")))
        .isEqualTo("2026-11-22T10:00:00.120000+00:00");
    assertThat(Times.format(Instant.parse("2026-11-22T10:00:00.000000999Z")))
        .isEqualTo("2026-11-22T10:00:00+00:00");
  }

  @Test
  void parse_anyOffset_isTheSameMoment() {
    assertThat(Times.parse("2026-11-22T11:00:00+01:00")).isEqualTo("2026-11-22T10:00:00Z");
    assertThat(Times.parse("2026-11-22T10:00:00Z")).isEqualTo("2026-11-22T10:00:00Z");
  }
}

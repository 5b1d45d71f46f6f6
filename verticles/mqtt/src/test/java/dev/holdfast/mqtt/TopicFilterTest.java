package dev.holdfast.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/b, a/b/c, false",
    "a/b/c, a/b, false",
    "a/+, a/b, true",
    "a/+, a, false",
    "a/+, a/b/c, false",
    "a/+, a/, true",
    "+/b, a/b, true",
    "+/+, /b, true",
    "+, /b, false",
    "a/#, a, true",
    "a/#, a/b/c, true",
    "a/#, ab, false",
    "#, a/b, true",
    "#, $SYS/x, false",
    "+/x, $SYS/x, false",
    "$SYS/#, $SYS/x, true",
    "a/+/c, a/b/c, true",
    "a/+/#, a/b, true",
    "A, a, false",
  })
  void matches_section47(String filter, String topic, boolean expected) {
    assertThat(TopicFilter.matches(filter, topic)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/#/b", "a#", "a/b+", "++", "#/", "a\0b"})
  void isFilter_illegal_isFalse(String filter) {
    assertThat(TopicFilter.isFilter(filter)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "a", "a//b", "+/+/#", "#", "+"})
  void isFilter_legal_isTrue(String filter) {
    assertThat(TopicFilter.isFilter(filter)).isTrue();
  }

  @Test
  void isName_wildcards_areNone() {
    assertThat(TopicFilter.isName("a/b")).isTrue();
    assertThat(TopicFilter.isName("a/+")).isFalse();
    assertThat(TopicFilter.isName("a/#")).isFalse();
    assertThat(TopicFilter.isName("")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "system/config/x, true",
    "system/config/, true",
    "system/config, true",
    "system/configuration, false",
    "system/config-status/x/1, false",
    "system/health/config-manager, true",
    "system/health/config-manager/x, true",
    "system/health/stt-worker, false",
    "System/config/x, false",
  })
  void guarded_isWhatTheManagerWrites(String topic, boolean expected) {
    assertThat(Topics.guarded(topic)).isEqualTo(expected);
  }
}

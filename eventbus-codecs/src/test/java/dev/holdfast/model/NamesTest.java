package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.BusFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "A", "1a", "-a", "a_b", "a.b", "a b", "a/b", "../a", "a%2e", "a+", "#", "a\0", "a\n",
        "ä",
      })
  void service_illegal_failsAndSaysTheForm(String name) {
    assertThatThrownBy(() -> Names.service(name))
        .isInstanceOf(BusFailure.class)
        .hasMessageContaining(Names.SERVICE_FORM);
  }

  @Test
  void service_length_isLimited() {
    assertThat(Names.isService("a" + "b".repeat(62))).isTrue();
    assertThat(Names.isService("a" + "b".repeat(63))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "A", "1", "a-b", ".a", "a.", "a..b", "a.1", "a b", "a/b", "$x", "a\n"})
  void key_illegal_failsAndSaysTheForm(String name) {
    assertThatThrownBy(() -> Names.key(name))
        .isInstanceOf(BusFailure.class)
        .hasMessageContaining(Names.KEY_FORM);
  }

  @Test
  void key_legal_isGivenBack() {
    assertThat(Names.key("a.b_c.d9")).isEqualTo("a.b_c.d9");
    assertThat(Names.isKey("a".repeat(255))).isTrue();
    assertThat(Names.isKey("a".repeat(256))).isFalse();
  }

  @Test
  void printable_hostileText_isTamed() {
    assertThat(Names.printable("a\u0000\n\"" + "x".repeat(100)))
        .hasSizeLessThan(90)
        .doesNotContain("\n");
  }
}

package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  @Test
  void to_typo_givesTheWordThatWasMeant() {
    assertThat(Nearest.to("treshold", List.of("hold", "threshold"))).isEqualTo("threshold");
    assertThat(Nearest.to("minumum", List.of("maximum", "minimum"))).isEqualTo("minimum");
  }

  @Test
  void to_nothingNear_givesNull() {
    assertThat(Nearest.to("zzz", List.of("minimum"))).isNull();
    assertThat(Nearest.to("x".repeat(65), List.of("x".repeat(64)))).isNull();
  }
}

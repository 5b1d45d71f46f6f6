package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The search must be able to find. */
class CanaryTest {
  @Test
  void foundIn_everyEncodingAtEveryPlace_isSeen() {
    for (Canary canary : List.of(Canary.of("plain"), Canary.special("special"))) {
      for (int shift = 0; shift < 5; shift++) {
        byte[] text = ("x".repeat(shift) + canary.value() + "rest").getBytes(UTF_8);
        assertThat(canary.foundIn(text)).isEqualTo("UTF-8");
        for (String encoded :
            List.of(
                Base64.getEncoder().encodeToString(text),
                Base64.getUrlEncoder().withoutPadding().encodeToString(text),
                Base64.getEncoder().encodeToString(canary.value().getBytes(UTF_8)),
                HexFormat.of().formatHex(text),
                Json.encode(new String(text, UTF_8)),
                Json.encode(Json.encode(new String(text, UTF_8))))) {
          assertThat(canary.foundIn(encoded.getBytes(UTF_8))).as(encoded).isNotNull();
        }
      }
      assertThat(canary.foundIn(canary.value().substring(1).getBytes(UTF_8))).isNull();
      assertThat(canary.foundIn(Canary.of("plain").value().getBytes(UTF_8))).isNull();
      assertThat(canary.toString()).doesNotContain(canary.value());
    }
  }
}

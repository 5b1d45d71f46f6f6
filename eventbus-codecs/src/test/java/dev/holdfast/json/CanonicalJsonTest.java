package dev.holdfast.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
  @Test
  void write_sampleOfTheStandard_isAsPrintedThere() {
    // The example of RFC 8785, section 3.2.2 and 3.2.3.
    Object value =
        StrictJson.parse(
            """
            {"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
             "string":"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
             "literals":[null,true,false]}"""
                .getBytes(UTF_8));
    assertThat(CanonicalJson.write(value))
        .isEqualTo(
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void write_keys_areInOrderOfUtf16Units() {
    Object value =
        StrictJson.parse(
            "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}"
                .getBytes(UTF_8));
    assertThat(CanonicalJson.write(value))
        .isEqualTo("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}");
  }

  @Test
  void write_randomValues_agreesWithASecondImplementation() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (int k = 0; k < 12; k++) {
        map.put(text(random), value(random));
      }
      String plain = new JsonObject(map).encode();
      Object read = StrictJson.parse(plain.getBytes(UTF_8));
      assertThat(CanonicalJson.write(read))
          .isEqualTo(new JsonCanonicalizer(plain).getEncodedString());
    }
  }

  @Test
  void write_nan_isRefused() {
    assertThatThrownBy(() -> CanonicalJson.write(List.of(Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Object value(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> text(random);
      case 1 -> random.nextBoolean();
      case 2 -> (long) random.nextInt();
      case 3 -> random.nextLong() >> 11;
      case 4 -> random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30);
      default -> List.of(random.nextInt(10), text(random));
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i >= 0; i--) {
      int c = random.nextInt(4) == 0 ? random.nextInt(0x20) : random.nextInt(0x1fff);
      text.appendCodePoint(random.nextInt(9) == 0 ? 0x1f600 + random.nextInt(40) : c);
    }
    return text.toString();
  }
}

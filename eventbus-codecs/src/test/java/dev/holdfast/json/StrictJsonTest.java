package dev.holdfast.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}}",
        "{} {}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "[1,]",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "{\"a\":1,\"\\u0061\":2}",
        "NaN",
        "[NaN]",
        "Infinity",
        "-Infinity",
        "+1",
        "01",
        "1.",
        ".5",
        "1e",
        "1e400",
        "-1e400",
        "0x10",
        "nul",
        "True",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "{\"\\ud800\":1}",
        "\"\\x41\"",
        "\"a\nb\"",
        "\"tab\there\"",
        "/* c */ 1",
        "1 // c",
        "\ufeff{}",
        "\"unterminated",
        "[1 2]",
        "{\"a\" 1}",
      })
  void parse_notStrictJson_failsBadRequest(String text) {
    assertThat(failure(text.getBytes(UTF_8)).code()).isEqualTo(FailureCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"value\":canary-secret}",
        "{\"value\":nullcanary}",
        "{\"value\":'canary'}",
        "{\"value\":\"canary",
        "{\"value\":12canary}",
        "{\"value\":\"\\xcanary\"}",
        "canary",
      })
  void parse_notStrictJson_repeatsNoValue(String text) {
    assertThat(failure(text.getBytes(UTF_8)).detail())
        .startsWith("not JSON: ")
        .contains("(line 1, column ")
        .doesNotContain("canary");
  }

  @Test
  void parse_notUtf8_failsBadRequest() {
    for (byte[] bytes :
        List.of(
            new byte[] {'"', (byte) 0xff, '"'},
            new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'},
            new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
            "{}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE))) {
      assertThat(failure(bytes).code()).isEqualTo(FailureCode.BAD_REQUEST);
    }
  }

  @Test
  void parse_depth_isLimited() {
    assertThat(StrictJson.parse(nested(64))).isNotNull();
    assertThat(failure(nested(65)).code()).isEqualTo(FailureCode.BAD_REQUEST);
  }

  private static byte[] nested(int depth) {
    return ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
  }

  @Test
  void parse_size_isLimited() {
    byte[] most = new byte[StrictJson.MAX_BYTES];
    Arrays.fill(most, (byte) ' ');
    most[0] = '1';
    assertThat(StrictJson.parse(most)).isEqualTo(1L);
    byte[] more = Arrays.copyOf(most, most.length + 1);
    more[most.length] = ' ';
    assertThat(failure(more).code()).isEqualTo(FailureCode.TOO_LARGE);
  }

  @Test
  void object_otherValue_failsBadRequest() {
    BusFailure failure =
        catchThrowableOfType(BusFailure.class, () -> StrictJson.object("[]".getBytes(UTF_8)));
    assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST);
  }

  @Test
  void parse_numbers_areOfOneKindEach() {
    assertThat(value("1")).isEqualTo(1L);
    assertThat(value("1.0")).isEqualTo(1L);
    assertThat(value("1e2")).isEqualTo(100L);
    assertThat(value("-0")).isEqualTo(0L);
    assertThat(value("-0.0")).isEqualTo(0L);
    assertThat(value("1.5")).isEqualTo(1.5);
    assertThat(value("9007199254740991")).isEqualTo(9007199254740991L);
    assertThat(value("9007199254740992")).isEqualTo(new BigInteger("9007199254740992"));
    assertThat(value("-9223372036854775808")).isEqualTo(new BigInteger("-9223372036854775808"));
    assertThat(value("1e300")).isEqualTo(1e300);
  }

  @Test
  void parse_everyKind_isKept() {
    assertThat(
            StrictJson.object(
                "{\"b\":[true,false,null],\"a\":\"\\ud83d\\ude00\\u0000\"}".getBytes(UTF_8)))
        .isEqualTo(Map.of("b", Arrays.asList(true, false, null), "a", "😀\0"));
  }

  private static Object value(String text) {
    return StrictJson.parse(text.getBytes(UTF_8));
  }

  private static BusFailure failure(byte[] bytes) {
    BusFailure failure = catchThrowableOfType(BusFailure.class, () -> StrictJson.parse(bytes));
    assertThat(failure).as(new String(bytes, 0, Math.min(bytes.length, 40), UTF_8)).isNotNull();
    return failure;
  }
}

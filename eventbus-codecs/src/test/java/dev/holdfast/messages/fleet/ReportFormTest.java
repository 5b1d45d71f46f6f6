package dev.holdfast.messages.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.json.StrictJson;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportFormTest {
  private static final String GOOD =
      """
      {"version":7,"config_epoch":"4b0c7c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1","applied":true,\
      "at":"2026-03-01T09:30:00.123456+00:00"}""";

  private static InstanceReported read(String service, String instance, String json) {
    return ReportForm.read(
        service, instance, StrictJson.object(json.getBytes(UTF_8)), InstanceReported.MQTT);
  }

  @Test
  void read_good_hasEveryMember() {
    assertThat(read("stt-worker", "host-1.a_B", GOOD))
        .isEqualTo(
            new InstanceReported(
                "stt-worker",
                "host-1.a_B",
                7,
                "4b0c7c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1",
                true,
                null,
                Instant.parse("2026-03-01T09:30:00.123456Z"),
                "mqtt"));
  }

  @Test
  void read_memberFromLater_isLeftAside() {
    assertThat(read("a", "b", GOOD.replace("{", "{\"format\":3,\"reason\":null,")).reason())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-a",
        ".a",
        "a b",
        "a/b",
        "a+",
        "#",
        "ä",
        "a\n",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void read_instanceOfNoLegalForm_isRefused(String instance) {
    refused("a", instance, GOOD, "instance");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "../a", "a_b", "a/b", "+"})
  void read_serviceOfNoLegalForm_isRefused(String service) {
    refused(service, "a", GOOD, "service");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "\"7\"", "9007199254740992", "1e300", "null", "true"})
  void read_versionOfNoLegalForm_isRefused(String version) {
    refused("a", "b", GOOD.replace("\"version\":7", "\"version\":" + version), "version");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"\"", "\"4B0C7C0E-6F4E-4D0E-9A44-4A6B6AD5B2F1\"", "\"x|y\"", "1", "null"})
  void read_epochOfNoLegalForm_isRefused(String epoch) {
    refused(
        "a", "b", GOOD.replace("\"4b0c7c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1\"", epoch), "config_epoch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "2026-03-01T09:30:00",
        "2026-02-30T09:30:00Z",
        "+999999999-01-01T00:00:00Z",
        "2026-03-01T09:30:00Z "
      })
  void read_timeThatIsNone_isRefused(String at) {
    refused("a", "b", GOOD.replace("2026-03-01T09:30:00.123456+00:00", at), "at");
  }

  @Test
  void read_appliedOrReasonOfAnotherType_isRefused() {
    refused("a", "b", GOOD.replace("true", "\"true\""), "applied");
    refused("a", "b", GOOD.replace("{", "{\"reason\":{},"), "reason");
    refused("a", "b", "{}", "version");
  }

  private static void refused(String service, String instance, String json, String member) {
    assertThatThrownBy(() -> read(service, instance, json))
        .isInstanceOfSatisfying(
            BusFailure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST);
              assertThat(failure.detail()).startsWith(member + ": ").contains("(expected: ");
            });
  }

  @Test
  void reason_longOrSteering_isCutAndHarmless() {
    String reason =
        read("a", "b", GOOD.replace("{", "{\"reason\":\"a\\u001b[2J\\n\\u202eb\",")).reason();
    assertThat(reason).isEqualTo("a [2J  b");
    InstanceReported much =
        read("a", "b", GOOD.replace("{", "{\"reason\":\"" + "😀".repeat(600) + "\","));
    assertThat(much.reason()).isEqualTo("😀".repeat(ReportForm.MAX_REASON));
  }
}

package dev.holdfast.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  private static MqttVerticle.Options url(String url) {
    return new MqttVerticle.Options(url, "127.0.0.1", 1883, 120_000);
  }

  private static MqttVerticle.Options embedded(String host) {
    return new MqttVerticle.Options(null, host, 1883, 120_000);
  }

  @ParameterizedTest
  @CsvSource({
    "mqtt://broker, broker, 1883, false",
    "mqtts://broker, broker, 8883, true",
    "MQTT://broker.example:1884/, broker.example, 1884, false",
    "mqtts://[::1]:99, ::1, 99, true",
    "mqtt://[fe80::1], fe80::1, 1883, false",
  })
  void url_legal_isRead(String url, String host, int port, boolean tls) {
    assertThat(url(url).broker()).isEqualTo(new BrokerAddress(host, port, tls, null, null));
  }

  @Test
  void url_userInfo_isPercentDecoded() {
    assertThat(url("mqtt://us%40er:p%3A%C3%A4+@s@host:1").broker())
        .isEqualTo(new BrokerAddress("host", 1, false, "us@er", "p:ä+@s"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:hidden@host",
        "mqtt://user:hidden@host:0",
        "mqtt://user:hidden@host:65536",
        "mqtt://user:hidden@host:port",
        "mqtt://user:hidden@",
        "mqtt://user:hidden@ho st",
        "mqtt://user:hidden@host/path",
        "mqtt://user:hidden@::1",
        "mqtt://user:hidden@[host]",
        "mqtt://user:hidden%4@host",
        "mqtt://user:hidden%ff@host",
        "mqtt://hidden@host",
        "mqtt://:hidden@host",
        "hidden",
      })
  void url_broken_isRefusedWithoutItsValue(String url) {
    assertThatThrownBy(() -> url(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("MQTT_URL: ")
        .hasMessageEndingWith("(expected: mqtt:// or mqtts://[user:password@]host[:port])")
        .hasMessageNotContaining("hidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.9.10",
        "localhost",
        "::1",
        "[::1]",
        "0:0:0:0:0:0:0:1",
        "LocalHost"
      })
  void embedded_loopback_needsNoPassword(String host) {
    assertThat(embedded(host).broker().username()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.5", "host.example", "127.example.org"})
  void embedded_offLoopbackWithoutPassword_isRefused(String host) {
    assertThatThrownBy(() -> embedded(host))
        .hasMessageStartingWith("CONFIG_EMBEDDED_MQTT_HOST: " + host + " is not loopback")
        .hasMessageContaining("(expected: user:password@" + host);
    assertThat(embedded("user:hidden@" + host).broker().password()).isEqualTo("hidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"user:hidden@127.0.0.1:1883", "user:hidden@", "user:hidden@a b", "hidden@h"})
  void embedded_broken_isRefusedWithoutItsValue(String host) {
    assertThatThrownBy(() -> embedded(host))
        .hasMessageStartingWith("CONFIG_EMBEDDED_MQTT_HOST: ")
        .hasMessageEndingWith("(expected: host or user:password@host)")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void embedded_portOutOfRange_isRefused() {
    assertThatThrownBy(() -> new MqttVerticle.Options(null, "127.0.0.1", 65_536, 120_000))
        .hasMessage("CONFIG_EMBEDDED_MQTT_PORT: 65536 (expected: 1 to 65535)");
  }

  @Test
  void reissue_longerThanReadersTrust_isRefused() {
    assertThatThrownBy(() -> new MqttVerticle.Options(null, "127.0.0.1", 1883, 300_000))
        .hasMessage("reissueMillis: 300000 (expected: 100 to 240000)");
  }

  @Test
  void toString_credentials_areMasked() {
    assertThat(url("mqtts://me:hidden@host").toString())
        .isEqualTo("Options[mqtts://***:***@host:8883]");
    assertThat(embedded("me:hidden@0.0.0.0").toString()).doesNotContain("hidden", "me:");
  }
}

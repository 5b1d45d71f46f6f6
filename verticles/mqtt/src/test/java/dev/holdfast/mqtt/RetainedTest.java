package dev.holdfast.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class RetainedTest {
  private final Retained retained = new Retained(2, 10);

  private boolean guest(String topic, String payload) {
    return retained.put(topic, Buffer.buffer(payload), 1, true);
  }

  @Test
  void put_emptyPayload_clears() {
    guest("a", "x");
    guest("a", "");
    assertThat(retained.get("a")).isNull();
  }

  @Test
  void put_guestBeyondTheBounds_isRefusedAndTheOldStays() {
    assertThat(guest("a", "12345")).isTrue();
    assertThat(guest("b", "123456")).isFalse();
    assertThat(guest("b", "12345")).isTrue();
    assertThat(guest("c", "")).isTrue();
    assertThat(guest("c", "1")).isFalse();
    assertThat(guest("a", "123456")).isFalse();
    assertThat(retained.get("a").payload()).hasToString("12345");
  }

  @Test
  void put_managerBeyondTheBounds_findsRoom() {
    guest("a", "12345");
    guest("b", "12345");
    assertThat(retained.put("system/config/x", Buffer.buffer("1"), 1, false)).isTrue();
  }

  @Test
  void put_afterClearing_roomIsBack() {
    guest("a", "1234567890");
    guest("a", "");
    assertThat(guest("b", "1234567890")).isTrue();
  }

  @Test
  void putOver_noRoom_theOldestGoes() {
    retained.putOver("a", Buffer.buffer("1"), 1);
    retained.putOver("b", Buffer.buffer("2"), 1);
    retained.putOver("a", Buffer.buffer("3"), 1);
    retained.putOver("c", Buffer.buffer("4"), 1);
    assertThat(retained.get("b")).isNull();
    assertThat(retained.get("a").payload()).hasToString("3");
    retained.putOver("d", Buffer.buffer("1234567890"), 1);
    assertThat(retained.get("a")).isNull();
    assertThat(retained.get("c")).isNull();
    retained.putOver("d", Buffer.buffer(), 1);
    assertThat(guest("e", "1234567890")).isTrue();
  }
}

package dev.holdfast.http;

import static dev.holdfast.http.Attempts.Outcome.COUNTED;
import static dev.holdfast.http.Attempts.Outcome.LOCKED;
import static dev.holdfast.http.Attempts.Outcome.LOCKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptsTest {
  private final AtomicLong now = new AtomicLong(-5_000);
  private final Attempts attempts =
      new Attempts(now::get, new Attempts.Limits(3, 60_000, 10_000, 300_000, 2));

  @Test
  void failed_tooOften_locksForLongerEachTime() {
    assertThat(attempts.failed("a")).isEqualTo(COUNTED);
    assertThat(attempts.failed("a")).isEqualTo(COUNTED);
    assertThat(attempts.lockedMillis("a")).isZero();
    assertThat(attempts.failed("a")).isEqualTo(LOCKS);
    assertThat(attempts.lockedMillis("a")).isEqualTo(10_000);
    now.addAndGet(4_000);
    assertThat(attempts.failed("a")).isEqualTo(LOCKED);
    assertThat(attempts.lockedMillis("a")).isEqualTo(6_000);
    assertThat(attempts.lockedMillis("b")).isZero();
    for (long lock : new long[] {20_000, 40_000, 80_000, 160_000, 300_000, 300_000}) {
      now.addAndGet(attempts.lockedMillis("a"));
      assertThat(attempts.lockedMillis("a")).isZero();
      assertThat(attempts.failed("a")).isEqualTo(LOCKS);
      assertThat(attempts.lockedMillis("a")).isEqualTo(lock);
    }
  }

  @Test
  void failed_afterALongRest_beginsAnew() {
    for (int i = 0; i < 3; i++) {
      attempts.failed("a");
    }
    now.addAndGet(10_000 + 600_000);
    assertThat(attempts.failed("a")).isEqualTo(COUNTED);
  }

  @Test
  void failed_slowly_neverLocks() {
    for (int i = 0; i < 100; i++) {
      assertThat(attempts.failed("a")).isEqualTo(COUNTED);
      now.addAndGet(30_001);
    }
  }

  @Test
  void failed_fromTooManyAddresses_forgetsTheOneNotHeardOfForLongest() {
    for (String address : new String[] {"a", "a", "b", "a", "c"}) {
      attempts.failed(address);
    }
    assertThat(attempts.lockedMillis("a")).isPositive();
    attempts.failed("d");
    attempts.failed("d");
    attempts.failed("e");
    assertThat(attempts.lockedMillis("a")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "2001:db8:1:2:3:4:5:6, 20010db800010002/64",
    "2001:db8:1:2::9, 20010db800010002/64",
    "2001:db8:1:3::9, 20010db800010003/64",
    "::ffff:192.0.2.7, 192.0.2.7",
  })
  void network_isTheAddressOrItsSixtyFour(String address, String network) {
    assertThat(Addresses.network(SocketAddress.inetSocketAddress(1, address))).isEqualTo(network);
  }
}

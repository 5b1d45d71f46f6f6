package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Somebody who only wants to read, whatever goes on around; keeps how long it took. */
final class HonestClient {
  private static final String PATH = "/api/config/services/router";
  private static final int LEAST_CALLS = 300;

  private HonestClient() {}

  /**
   * The 99th percentile in milliseconds of at least 300 calls, for as long as there is more to wait
   * for; every tenth call on a connection of its own, the time to connect counted.
   */
  static long p99(ManagerProcess manager, String token, BooleanSupplier more) throws Exception {
    List<Long> nanos = new ArrayList<>();
    try (Wire kept = Wire.to(manager)) {
      while (nanos.size() < LEAST_CALLS || more.getAsBoolean()) {
        long start = System.nanoTime();
        if (nanos.size() % 10 == 0) {
          try (Wire fresh = Wire.to(manager)) {
            call(fresh, token);
          }
        } else {
          call(kept, token);
        }
        nanos.add(System.nanoTime() - start);
        TimeUnit.MILLISECONDS.sleep(2);
      }
    }
    Collections.sort(nanos);
    return TimeUnit.NANOSECONDS.toMillis(nanos.get(nanos.size() * 99 / 100));
  }

  private static void call(Wire wire, String word) throws Exception {
    Wire.Reply reply = wire.call("GET", PATH, TestToken.header(word), null);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }

  /** The most that an attack may make of what it is in quiet times. */
  static long bound(long quietMillis) {
    return Math.max(100, 5 * quietMillis);
  }
}

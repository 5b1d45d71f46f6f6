package dev.holdfast.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SeldomTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Seldom seldom = new Seldom(nanos::get);
  private final List<String> said = new ArrayList<>();

  @Test
  void run_often_saysItOnceAMinuteAndHowMuchWasLeftOut() {
    for (int i = 0; i < 5; i++) {
      seldom.run(said::add);
    }
    assertThat(said).containsExactly("");
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(59));
    seldom.run(said::add);
    assertThat(said).hasSize(1);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    seldom.run(said::add);
    assertThat(said).containsExactly("", " (and 5 more since this was last said)");
  }
}

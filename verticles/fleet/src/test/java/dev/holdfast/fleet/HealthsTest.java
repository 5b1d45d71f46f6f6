package dev.holdfast.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.fleet.ServiceHealth;
import dev.holdfast.messages.fleet.ServiceHealthReported;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T09:30:00Z");

  private final Newest newest = new Newest();
  private final Healths healths = new Healths(newest);

  private Ledger.Result report(String service, boolean ok) {
    return healths.take(new ServiceHealthReported(service, ok, null, null), NOW);
  }

  @Test
  void report_ofAService_isKeptInThePlaceOfTheLast() {
    newest.take(Fixtures.state(Map.of("one", 1L, "two", 1L)));
    assertThat(report("two", true)).isEqualTo(Ledger.Result.TAKEN);
    assertThat(report("one", true)).isEqualTo(Ledger.Result.TAKEN);
    assertThat(report("one", false)).isEqualTo(Ledger.Result.TAKEN);
    assertThat(healths.list(null, service -> true))
        .extracting(each -> each.report().service() + " " + each.report().ok())
        .containsExactly("one false", "two true");
    assertThat(healths.list("two", service -> true)).hasSize(1);
    assertThat(healths.list(null, service -> service.equals("one"))).hasSize(1);
    assertThat(healths.list("two", service -> service.equals("one"))).isEmpty();
  }

  @Test
  void report_ofNobody_isRefused() {
    newest.take(Fixtures.state(Map.of("one", 1L)));
    assertThat(report("none", true)).isEqualTo(Ledger.Result.REFUSED);
    assertThat(healths.list(null, service -> true)).isEmpty();
  }

  @Test
  void report_thatWasTakenBack_isForgotten() {
    newest.take(Fixtures.state(Map.of("one", 1L)));
    report("one", true);
    healths.clear("one");
    assertThat(healths.list(null, service -> true)).isEmpty();
  }

  @Test
  void service_thatIsGone_isForgotten() {
    newest.take(Fixtures.state(Map.of("one", 1L, "two", 1L)));
    report("one", true);
    report("two", true);
    newest.take(Fixtures.state(Map.of("two", 1L)));
    healths.forgetUnknown();
    assertThat(healths.list(null, service -> true))
        .extracting(ServiceHealth::receivedAt)
        .containsExactly(NOW);
  }

  @Test
  void reports_whileNoServiceIsKnown_areBounded() {
    for (int i = 0; i <= Healths.MOST; i++) {
      report("s" + i, true);
    }
    assertThat(healths.list(null, service -> true)).hasSize(Healths.MOST);
    assertThat(report("another", true)).isEqualTo(Ledger.Result.REFUSED);
    assertThat(report("s1", false)).isEqualTo(Ledger.Result.TAKEN);
  }
}

package dev.holdfast.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FleetMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FleetMeters meters = new FleetMeters(registry);

  private Set<String> services() {
    return registry.find("holdfast.fleet.instances").meters().stream()
        .map(Meter::getId)
        .map(id -> id.getTag("service"))
        .collect(Collectors.toSet());
  }

  private double current(String service) {
    return registry
        .get("holdfast.fleet.instances")
        .tags("service", service, "state", "current")
        .gauge()
        .value();
  }

  @Test
  void instances_manyServices_theSmallestAreSummedUp() {
    Map<String, Map<Standing, Integer>> counts = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      counts.put("s" + i, Map.of(Standing.CURRENT, i < 200 ? 5 : 2));
    }
    counts.put(FleetMeters.OTHER, Map.of(Standing.CURRENT, 1_000));
    meters.instances(counts);
    assertThat(services()).hasSize(FleetMeters.MOST_SERVICES + 1).contains("s0", "s199", "other");
    assertThat(current("s7")).isEqualTo(5);
    assertThat(current("other")).isEqualTo(300 * 2 + 1_000);
  }

  @Test
  void instances_ofAServiceThatIsGone_areNotShownAnyMore() {
    meters.instances(Map.of("a", Map.of(Standing.CURRENT, 1), "b", Map.of()));
    meters.instances(Map.of("a", Map.of(Standing.SILENT, 1)));
    assertThat(services()).containsExactly("a");
    assertThat(current("a")).isZero();
  }
}

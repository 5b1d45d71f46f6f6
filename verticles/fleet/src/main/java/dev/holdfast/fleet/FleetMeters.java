package dev.holdfast.fleet;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What this room measures. */
final class FleetMeters {
  /** What stands for all services beyond those that are shown. */
  static final String OTHER = "other";

  /** So many services have lines of their own. */
  static final int MOST_SERVICES = 200;

  private final MultiGauge instances;
  private final Counter taken;
  private final Counter refused;

  FleetMeters(MeterRegistry registry) {
    instances =
        MultiGauge.builder("holdfast.fleet.instances")
            .description("instances that reported within the last day, by what they said last")
            .register(registry);
    taken = counter(registry, "taken");
    refused = counter(registry, "refused");
    counter(registry, "dropped");
  }

  private static Counter counter(MeterRegistry registry, String result) {
    return Counter.builder("holdfast.fleet.reports")
        .description("reports of instances and services, by what became of them")
        .tag("result", result)
        .register(registry);
  }

  void reported(Ledger.Result result) {
    (result == Ledger.Result.TAKEN ? taken : refused).increment();
  }

  /** Shows the services with the most instances; the rest, and one that is called so, in a sum. */
  void instances(Map<String, Map<Standing, Integer>> counts) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    shown(counts)
        .forEach(
            (service, of) -> {
              for (Standing standing : Standing.values()) {
                rows.add(
                    MultiGauge.Row.of(
                        Tags.of("service", service, "state", standing.word()),
                        of.getOrDefault(standing, 0)));
              }
            });
    instances.register(rows, true);
  }

  private static Map<String, Map<Standing, Integer>> shown(
      Map<String, Map<Standing, Integer>> counts) {
    Set<String> largest =
        counts.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(OTHER))
            .sorted(
                Comparator.<Map.Entry<String, Map<Standing, Integer>>>comparingInt(
                        entry -> -sum(entry.getValue()))
                    .thenComparing(Map.Entry::getKey))
            .limit(MOST_SERVICES)
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
    Map<String, Map<Standing, Integer>> shown = new TreeMap<>();
    counts.forEach(
        (service, of) -> {
          Map<Standing, Integer> into =
              shown.computeIfAbsent(
                  largest.contains(service) ? service : OTHER,
                  name -> new EnumMap<>(Standing.class));
          of.forEach((standing, number) -> into.merge(standing, number, Integer::sum));
        });
    return shown;
  }

  private static int sum(Map<Standing, Integer> of) {
    return of.values().stream().mapToInt(Integer::intValue).sum();
  }
}

package dev.holdfast.fleet;

import dev.holdfast.messages.fleet.ServiceHealth;
import dev.holdfast.messages.fleet.ServiceHealthReported;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How each service says it is. Bounded: only services that exist. Belongs to one event loop. */
final class Healths {
  /** So many are kept while it is not known yet which services exist. */
  static final int MOST = 10_000;

  private final Newest newest;
  private final Map<String, ServiceHealth> byService = new TreeMap<>();

  Healths(Newest newest) {
    this.newest = newest;
  }

  /** Takes a report in the place of the last one. */
  Ledger.Result take(ServiceHealthReported report, Instant now) {
    boolean room = byService.size() < MOST || byService.containsKey(report.service());
    if (!newest.has(report.service()) || !room) {
      return Ledger.Result.REFUSED;
    }
    byService.put(report.service(), new ServiceHealth(report, now));
    return Ledger.Result.TAKEN;
  }

  /**
   * What is known, in order of the services.
   *
   * @param service only this one, or null for all
   * @param sees which services may be told
   */
  List<ServiceHealth> list(@Nullable String service, Predicate<String> sees) {
    return byService.values().stream()
        .filter(each -> service == null || service.equals(each.report().service()))
        .filter(each -> sees.test(each.report().service()))
        .toList();
  }

  /** Forgets what a service said. */
  void clear(String service) {
    byService.remove(service);
  }

  /** Forgets services that are no more. */
  void forgetUnknown() {
    byService.keySet().removeIf(service -> !newest.has(service));
  }
}

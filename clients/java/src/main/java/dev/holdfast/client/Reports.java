package dev.holdfast.client;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the manager's ledger which version this instance runs, over the first link that takes it:
 * when it changes, and again every minute. Nothing waits for it. Belongs to one event loop.
 */
final class Reports {
  /** How often the same is told again. */
  static final long AGAIN_MILLIS = 60_000;

  private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

  private final String instance;
  private final Clock clock;
  private final Map<String, Report> newest = new LinkedHashMap<>();
  private List<Link> links = List.of();

  Reports(String instance, Clock clock) {
    this.instance = instance;
    this.clock = clock;
  }

  /** Over these, in this order. */
  void over(List<Link> ways) {
    links = List.copyOf(ways);
  }

  /** Tells of a version; {@code reason} is why it is not in use, null where it is. */
  void tell(String service, Update.Mark mark, @Nullable String reason) {
    newest.put(
        service,
        new Report(
            service,
            instance,
            mark.epoch(),
            mark.version(),
            reason == null,
            reason,
            clock.instant()));
    send(service, 0);
  }

  /** Tells everything again. */
  void again() {
    newest.replaceAll(
        (service, old) ->
            new Report(
                service,
                instance,
                old.epoch(),
                old.version(),
                old.applied(),
                old.reason(),
                clock.instant()));
    newest.keySet().forEach(service -> send(service, 0));
  }

  private void send(String service, int way) {
    Report report = newest.get(service);
    if (report == null || way == links.size()) {
      return;
    }
    links
        .get(way)
        .report(report)
        .onFailure(
            failure -> {
              LOG.debug("{}: not reported: {}", service, failure.getMessage());
              send(service, way + 1);
            });
  }
}

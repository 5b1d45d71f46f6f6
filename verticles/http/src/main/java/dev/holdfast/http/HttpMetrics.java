package dev.holdfast.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Counts requests by method and class of status; the counters are made beforehand. */
final class HttpMetrics {
  private static final List<HttpMethod> METHODS =
      List.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.POST,
          HttpMethod.DELETE);
  private static final int CLASSES = 6;

  private final Counter[][] requests = new Counter[METHODS.size() + 1][CLASSES];
  private final Timer latency;

  HttpMetrics(MeterRegistry meters) {
    for (int method = 0; method < requests.length; method++) {
      String name =
          method < METHODS.size() ? METHODS.get(method).name().toLowerCase(Locale.ROOT) : "other";
      for (int status = 2; status < CLASSES; status++) {
        requests[method][status] =
            Counter.builder("holdfast.http.requests")
                .description("Requests answered")
                .tag("method", name)
                .tag("status", status + "xx")
                .register(meters);
      }
    }
    latency =
        Timer.builder("holdfast.http.latency")
            .description("From the request to its reply, of calls that go through the router")
            .register(meters);
  }

  /** A request was answered. */
  void answered(HttpMethod method, int status) {
    int known = METHODS.indexOf(method);
    requests[known < 0 ? METHODS.size() : known][Math.min(Math.max(status / 100, 2), CLASSES - 1)]
        .increment();
  }

  /** How long that took. */
  void took(long nanos) {
    latency.record(Duration.ofNanos(nanos));
  }
}

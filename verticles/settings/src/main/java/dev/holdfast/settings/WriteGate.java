package dev.holdfast.settings;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.settings.SettingsStanding;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets changes through only while the settings are those of a database that works. Confined to one
 * event loop.
 */
final class WriteGate {
  private static final String NORMAL = "normal";

  private SettingsStanding standing = SettingsStanding.ADOPTED;
  private @Nullable HealthReport health;

  void standing(SettingsStanding now) {
    standing = now;
  }

  void health(HealthReport now) {
    health = now;
  }

  /** The same use case, which fails {@code READ_ONLY} while the gate is closed. */
  <Q, R> Function<Q, Future<R>> guard(Function<Q, Future<R>> useCase) {
    return question -> {
      String reason = closed();
      return reason == null
          ? useCase.apply(question)
          : Future.failedFuture(BusFailure.of(FailureCode.READ_ONLY, reason));
    };
  }

  private @Nullable String closed() {
    HealthReport report = health;
    if (report != null && !report.operationalMode().equals(NORMAL)) {
      return "the manager is read-only: " + report.err();
    }
    return standing.adopted() ? null : "the manager is read-only: " + standing.err();
  }
}

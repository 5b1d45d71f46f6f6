package dev.holdfast.backup;

import dev.holdfast.messages.backup.BackupState;
import dev.holdfast.messages.backup.BackupState.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The state as gauges; what is not known is not a number. */
final class BackupMeters {
  private volatile BackupState state = BackupState.DISABLED;

  BackupMeters(MeterRegistry meters) {
    gauge(meters, "holdfast.backup.ok", it -> it.status() == Status.HEALTHY ? 1 : 0);
    gauge(
        meters,
        "holdfast.backup.lag.seconds",
        it -> it.lagMillis() == null ? Double.NaN : it.lagMillis() / 1_000.0);
    gauge(meters, "holdfast.backup.last.timestamp.seconds", it -> seconds(it.lastBackup()));
    gauge(
        meters,
        "holdfast.backup.drill.ok",
        it -> it.drill() == null ? Double.NaN : it.drill().ok() ? 1 : 0);
    gauge(
        meters,
        "holdfast.backup.drill.timestamp.seconds",
        it -> seconds(it.drill() == null ? null : it.drill().at()));
  }

  void tell(BackupState now) {
    state = now;
  }

  private void gauge(MeterRegistry meters, String name, ToDoubleFunction<BackupState> value) {
    Gauge.builder(name, this, it -> value.applyAsDouble(it.state)).register(meters);
  }

  private static double seconds(@Nullable Instant at) {
    return at == null ? Double.NaN : at.toEpochMilli() / 1_000.0;
  }
}

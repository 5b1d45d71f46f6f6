package dev.holdfast.storage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The room's meters; they leave the registry with the room. */
final class StorageMetrics {
  private final MeterRegistry registry;
  private final List<Meter> meters = new ArrayList<>();
  private final Timer commit;
  private final DistributionSummary batchSize;
  private final Counter accessDropped;

  StorageMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.commit =
        kept(
            Timer.builder("holdfast.storage.commit")
                .description("From taking a group of changes to its durable commit")
                .register(registry));
    this.batchSize =
        kept(
            DistributionSummary.builder("holdfast.storage.batch.size")
                .description("Changes in a group")
                .baseUnit("changes")
                .register(registry));
    this.accessDropped =
        kept(
            Counter.builder("holdfast.storage.access.dropped")
                .description("Refused attempts that never reached the access log")
                .baseUnit("entries")
                .register(registry));
  }

  void committed(long nanos, int changes) {
    commit.record(nanos, TimeUnit.NANOSECONDS);
    batchSize.record(changes);
  }

  void droppedAccess(int entries) {
    accessDropped.increment(entries);
  }

  void watchQueue(Supplier<Number> size) {
    kept(
        Gauge.builder("holdfast.storage.queue", size)
            .description("Changes waiting to be committed")
            .baseUnit("changes")
            .register(registry));
  }

  void watchRevision(Supplier<Number> revision) {
    kept(
        Gauge.builder("holdfast.storage.revision", revision)
            .description("The newest revision")
            .register(registry));
  }

  void close() {
    meters.forEach(registry::remove);
  }

  private <M extends Meter> M kept(M meter) {
    meters.add(meter);
    return meter;
  }
}

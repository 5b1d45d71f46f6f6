package dev.holdfast.fleet;

import dev.holdfast.messages.fleet.InstanceReported;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSchema;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Values;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Services and reports to test with. */
final class Fixtures {
  static final String EPOCH = "5d0c3d1e-4f5b-4f7e-9d53-2f3c9e1f6a10";

  private Fixtures() {}

  static ServiceSnapshot snapshot(String service, long version) {
    return new ServiceSnapshot(
        service,
        version,
        version,
        EPOCH,
        Instant.EPOCH,
        "test",
        Values.EMPTY,
        Set.of(),
        new ServiceSchema(service, SchemaOrigin.UNTYPED, "{}", List.of()));
  }

  /** Of revision 8. */
  static State state(Map<String, Long> versions) {
    return new State(
        8,
        EPOCH,
        1,
        versions.entrySet().stream()
            .map(entry -> snapshot(entry.getKey(), entry.getValue()))
            .toList(),
        List.of());
  }

  static InstanceReported report(String service, String instance, long version, Instant at) {
    return new InstanceReported(
        service, instance, version, EPOCH, true, null, at, InstanceReported.MQTT);
  }

  static InstanceReported retained(String service, String instance, long version, Instant at) {
    return new InstanceReported(
        service, instance, version, EPOCH, true, null, at, InstanceReported.RETAINED);
  }
}

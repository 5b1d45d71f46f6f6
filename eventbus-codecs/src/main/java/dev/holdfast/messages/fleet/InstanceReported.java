package dev.holdfast.messages.fleet;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a service said which version it runs, or did not take. It is a claim: whoever may
 * publish may make it.
 *
 * @param service the service's name
 * @param instance which of its instances, {@link ReportForm#INSTANCE_FORM}
 * @param version the version it speaks of, 1 to 2⁵³−1
 * @param epoch the epoch it speaks of, a UUID
 * @param applied whether it runs that version; false when it refused it
 * @param reason why it refused, or null; at most 500 characters, none that steers a terminal
 * @param at when, by its own clock
 * @param via {@link #MQTT}, {@link #RETAINED} or {@link #BUS}
 */
public record InstanceReported(
    String service,
    String instance,
    long version,
    String epoch,
    boolean applied,
    @Nullable String reason,
    Instant at,
    String via)
    implements FleetMessage {
  /** It came over MQTT, just now. */
  public static final String MQTT = "mqtt";

  /** It came over MQTT from among what the broker had kept: it may be of any age. */
  public static final String RETAINED = "mqtt-retained";

  /** It came over the clustered bus. */
  public static final String BUS = "bus";

  public InstanceReported {
    requireNonNull(service, "service");
    requireNonNull(instance, "instance");
    requireNonNull(epoch, "epoch");
    requireNonNull(at, "at");
    requireNonNull(via, "via");
    reason = reason == null ? null : ReportForm.harmless(reason);
  }
}

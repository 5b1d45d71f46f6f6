package dev.holdfast.messages.fleet;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A service said how it is. It is a claim: whoever may publish may make it.
 *
 * @param service the service's name
 * @param ok whether it is well
 * @param event what happened, in a word, or null; as {@link InstanceReported#reason} is bounded
 * @param err what is wrong, or null; bounded likewise
 */
public record ServiceHealthReported(
    String service, boolean ok, @Nullable String event, @Nullable String err)
    implements FleetMessage {
  public ServiceHealthReported {
    requireNonNull(service, "service");
    event = event == null ? null : ReportForm.harmless(event);
    err = err == null ? null : ReportForm.harmless(err);
  }
}

package dev.holdfast.messages.fleet;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the instances.
 *
 * @param service only of this one, or null for all
 * @param caller who; sees only its scope
 */
public record GetFleet(@Nullable String service, Caller caller) implements FleetMessage {
  public GetFleet {
    requireNonNull(caller, "caller");
  }
}

package dev.holdfast.messages.fleet;

/** A message of the fleet room. */
public sealed interface FleetMessage
    permits InstanceReported, ServiceHealthReported, ServiceHealthCleared, GetFleet, Fleet {}

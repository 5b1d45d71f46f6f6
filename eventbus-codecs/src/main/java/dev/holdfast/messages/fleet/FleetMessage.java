package dev.holdfast.messages.fleet;

/** A message of the fleet room. */
public sealed interface FleetMessage
    permits InstanceReported, ServiceHealthReported, GetFleet, Fleet {}

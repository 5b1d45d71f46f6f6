package dev.holdfast.messages.fleet;

import static dev.holdfast.bus.Route.route;
import static dev.holdfast.bus.Topic.topic;

import dev.holdfast.bus.Route;
import dev.holdfast.bus.Topic;

/** The question the fleet room answers and the events it listens to. */
public final class FleetRoutes {
  /** What is known of the instances. */
  public static final Route<GetFleet, Fleet> FLEET =
      route("fleet.get", GetFleet.class, Fleet.class);

  /** Published by the room that received a report, once it was held against its grammar. */
  public static final Topic<InstanceReported> REPORTED =
      topic("fleet.reported", InstanceReported.class);

  /** Published likewise for what a service says of its own health. */
  public static final Topic<ServiceHealthReported> HEALTH =
      topic("fleet.health", ServiceHealthReported.class);

  /** Published when the message that a broker kept of it was cleared. */
  public static final Topic<ServiceHealthCleared> HEALTH_CLEARED =
      topic("fleet.health-cleared", ServiceHealthCleared.class);

  private FleetRoutes() {}
}

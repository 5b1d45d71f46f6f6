package dev.holdfast.messages.health;

import static dev.holdfast.bus.Route.route;
import static dev.holdfast.bus.Topic.topic;

import dev.holdfast.bus.Route;
import dev.holdfast.bus.Topic;

/** The questions the health room answers and the events it announces. */
public final class HealthRoutes {
  /** The state now. */
  public static final Route<GetHealth, HealthReport> GET =
      route("health.get", GetHealth.class, HealthReport.class);

  /** Whenever the state is another than before. */
  public static final Topic<HealthReport> CHANGED = topic("health.changed", HealthReport.class);

  private HealthRoutes() {}
}

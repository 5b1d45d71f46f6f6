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

  /** The same with causes and past. */
  public static final Route<GetHealthDetail, HealthDetail> DETAIL =
      route("health.detail", GetHealthDetail.class, HealthDetail.class);

  /** Whether a database is the one that was served before, asked before the first change of it. */
  public static final Route<AdmitDatabase, DatabaseAdmitted> ADMIT =
      route("health.admit", AdmitDatabase.class, DatabaseAdmitted.class).within(15_000);

  /**
   * Begins a rebuild and answers with the state at once. Fails {@code CONFLICT} where one runs
   * already, or where there is no cause for one and it is not forced.
   */
  public static final Route<StartRebuild, HealthReport> REBUILD =
      route("health.rebuild", StartRebuild.class, HealthReport.class);

  /** Whenever the state is another than before. */
  public static final Topic<HealthReport> CHANGED = topic("health.changed", HealthReport.class);

  private HealthRoutes() {}
}

package dev.holdfast.http;

import dev.holdfast.messages.backup.BackupState;
import dev.holdfast.messages.health.HealthDetail;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.model.Times;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Why the manager is as it is, for somebody who may read. */
final class DetailView {
  private DetailView() {}

  /** What the health room says; of settings and secrets only those within the scope. */
  static JsonObject json(HealthDetail detail, Grant grant) {
    JsonArray causes = new JsonArray();
    detail
        .causes()
        .forEach(
            cause ->
                causes.add(
                    new JsonObject()
                        .put("event", cause.event())
                        .put("err", cause.err())
                        .put("since", Times.format(cause.since()))));
    JsonArray transitions = new JsonArray();
    detail.transitions().forEach(each -> transitions.add(transition(each)));
    HealthDetail.Progress progress = detail.progress();
    HealthDetail.Check check = detail.lastCheck();
    HealthDetail.Rebuild rebuild = detail.lastRebuild();
    return new JsonObject()
        .put("causes", causes)
        .put("transitions", transitions)
        .put("schema_mismatch", within(detail.breaks(), grant))
        .put(
            "progress",
            progress == null
                ? null
                : new JsonObject()
                    .put("step", progress.step())
                    .put("steps", progress.steps())
                    .put("text", progress.text()))
        .put(
            "last_check",
            check == null
                ? null
                : new JsonObject()
                    .put("at", Times.format(check.at()))
                    .put("duration_ms", check.millis())
                    .put("fault", check.fault()))
        .put("last_rebuild", rebuild == null ? null : rebuild(rebuild, grant))
        .put("backup", backup(detail.backup()));
  }

  /** The one cause that a report names. */
  static JsonObject json(HealthReport report) {
    JsonArray causes = new JsonArray();
    if (report.event() != null) {
      causes.add(new JsonObject().put("event", report.event()).put("err", report.err()));
    }
    return new JsonObject().put("causes", causes);
  }

  private static JsonObject transition(HealthDetail.Transition each) {
    return new JsonObject()
        .put("at", Times.format(each.at()))
        .put("database_status", each.databaseStatus())
        .put("operational_mode", each.operationalMode())
        .put("event", each.event())
        .put("err", each.err());
  }

  private static JsonObject backup(BackupState state) {
    BackupState.Drill drill = state.drill();
    return new JsonObject()
        .put("replica", state.replica())
        .put("last_backup", state.lastBackup() == null ? null : Times.format(state.lastBackup()))
        .put("lag_seconds", state.lagMillis() == null ? null : state.lagMillis() / 1_000.0)
        .put("last_restore_drill", drill == null ? null : new JsonObject(drill.members()));
  }

  private static JsonObject rebuild(HealthDetail.Rebuild rebuild, Grant grant) {
    return new JsonObject()
        .put("at", Times.format(rebuild.at()))
        .put("duration_ms", rebuild.millis())
        .put("requested_by", rebuild.requestedBy())
        .put("reason", rebuild.reason())
        .put("backup_of_old", rebuild.backup())
        .put("lost_secrets", within(rebuild.lost(), grant))
        .put("reset_settings", within(rebuild.reset(), grant));
  }

  /** Each begins with the name of its service. */
  private static JsonArray within(List<String> lines, Grant grant) {
    JsonArray within = new JsonArray();
    lines.stream().filter(line -> grant.reaches(line.split("[: ]", 2)[0])).forEach(within::add);
    return within;
  }
}

package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.TOKENS;
import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.backup.BackupState;
import dev.holdfast.messages.health.HealthDetail;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthReport.Reads;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.health.StartRebuild;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers see of a manager that is not as ever. */
class FallbackTest {
  private static final String STT = "/api/config/services/stt-worker";
  private static final String REBUILD = "/api/config/rebuild";

  private final AtomicReference<StartRebuild> asked = new AtomicReference<>();
  private final AtomicReference<BusFailure> refusal = new AtomicReference<>();
  private HttpHarness http;

  @BeforeEach
  void start() throws Exception {
    http =
        new HttpHarness(
            new HttpVerticle.Options(
                "127.0.0.1", 0, TOKENS, null, null, List.of(), 30, 12, "rebuild-canary"));
    http.rooms.bus.serve(
        HealthRoutes.REBUILD,
        question -> {
          asked.set(question);
          return refusal.get() == null
              ? Future.succeededFuture(report("rebuilding", Reads.LKG))
              : Future.failedFuture(refusal.get());
        });
  }

  @AfterEach
  void stop() {
    http.close();
  }

  @Test
  void get_inFallback_saysWhereItComesFrom() throws Exception {
    assertThat(source(STT)).isEmpty();
    for (Reads reads : Reads.values()) {
      http.rooms.bus.publish(HealthRoutes.CHANGED, report("read-only-fallback", reads));
      awaitSource(Optional.of(reads.word()));
      assertThat(source("/api/config/services")).contains(reads.word());
    }
    http.rooms.bus.publish(HealthRoutes.CHANGED, report("normal", Reads.DATABASE));
    awaitSource(Optional.empty());
  }

  @Test
  void rebuild_rightToken_isAcceptedWithTheHealth() throws Exception {
    HttpResponse<String> reply =
        http.json("POST", REBUILD, null, "{\"token\":\"rebuild-canary\",\"force\":true}");
    assertThat(reply.statusCode()).isEqualTo(202);
    assertThat(body(reply).getString("operational_mode")).isEqualTo("rebuilding");
    assertThat(asked.get()).isEqualTo(new StartRebuild("rebuild-token", true));
    http.json("POST", REBUILD, READER, "{\"token\":\"rebuild-canary\"}");
    assertThat(asked.get()).isEqualTo(new StartRebuild("alice", false));
  }

  @Test
  void rebuild_wrongToken_isForbiddenAndNobodyAsked() throws Exception {
    JsonObject problem = problem(http.json("POST", REBUILD, null, "{\"token\":\"wrong\"}"), 403);
    assertThat(problem.getString("detail")).contains("REBUILD_TOKEN").doesNotContain("wrong");
    assertThat(asked.get()).isNull();
    problem(http.json("POST", REBUILD, null, "{}"), 400);
    problem(http.json("POST", REBUILD, null, "{\"token\":\"rebuild-canary\",\"x\":1}"), 400);
  }

  @Test
  void rebuild_noTokenSet_isForbidden() throws Exception {
    try (HttpHarness without = new HttpHarness()) {
      JsonObject problem =
          problem(without.json("POST", REBUILD, null, "{\"token\":\"rebuild-canary\"}"), 403);
      assertThat(problem.getString("detail")).contains("is not set");
    }
  }

  @Test
  void rebuild_healthy_isAConflict() throws Exception {
    refusal.set(BusFailure.of(FailureCode.CONFLICT, "the database is healthy"));
    problem(http.json("POST", REBUILD, null, "{\"token\":\"rebuild-canary\"}"), 409);
  }

  @Test
  void health_detail_hasCausesAndPastWithinTheScope() throws Exception {
    Instant at = Instant.parse("2026-11-22T10:00:00Z");
    http.rooms.bus.serve(
        HealthRoutes.DETAIL,
        question ->
            Future.succeededFuture(
                new HealthDetail(
                    List.of(new HealthDetail.Cause("schema-mismatch", "why", at)),
                    List.of(
                        new HealthDetail.Transition(
                            at, "schema-mismatch", "read-only-fallback", "schema-mismatch", "why")),
                    List.of("stt-worker: level: 9", "free-form: a: b"),
                    new HealthDetail.Progress(2, 4, "checking"),
                    new HealthDetail.Check(at, 12, null),
                    new HealthDetail.Rebuild(
                        at, 30, "anna", "why", "old", List.of("stt-worker key"), List.of()),
                    new BackupState(
                        BackupState.Status.ERROR,
                        BackupState.Trouble.BACKUP_LAGGING,
                        "too late",
                        at,
                        31_500L,
                        "s3://bucket/path",
                        new BackupState.Drill(at, true, 900, "epoch", 7, "all is well")))));
    JsonObject all = detail(READER);
    assertThat(all.getJsonArray("schema_mismatch")).hasSize(2);
    assertThat(all.getJsonArray("causes").getJsonObject(0).getString("since"))
        .isEqualTo("2026-11-22T10:00:00+00:00");
    assertThat(all.getJsonArray("transitions")).hasSize(1);
    assertThat(all.getJsonObject("progress").getInteger("step")).isEqualTo(2);
    assertThat(all.getJsonObject("last_check").getLong("duration_ms")).isEqualTo(12);
    JsonObject backup = all.getJsonObject("backup");
    assertThat(backup.getDouble("lag_seconds")).isEqualTo(31.5);
    assertThat(backup.getString("replica")).isEqualTo("s3://bucket/path");
    assertThat(backup.getJsonObject("last_restore_drill").getLong("revision")).isEqualTo(7);
    JsonObject scoped = detail(HttpHarness.SCOPED);
    assertThat(scoped.getJsonArray("schema_mismatch").encode()).doesNotContain("stt-worker");
    assertThat(scoped.getJsonObject("last_rebuild").getJsonArray("lost_secrets")).isEmpty();
  }

  private JsonObject detail(String token) throws Exception {
    return body(http.get("/api/config/health?detail=true", token)).getJsonObject("detail");
  }

  private Optional<String> source(String path) throws Exception {
    HttpResponse<String> reply = http.get(path, READER);
    assertThat(reply.statusCode()).isEqualTo(200);
    return reply.headers().firstValue("x-config-source");
  }

  private void awaitSource(Optional<String> expected) throws Exception {
    Optional<String> seen = source(STT);
    for (int i = 0; i < 500 && !seen.equals(expected); i++) {
      seen = source(STT);
    }
    assertThat(seen).isEqualTo(expected);
  }

  private static HealthReport report(String mode, Reads reads) {
    boolean ok = mode.equals("normal");
    return new HealthReport(
        ok, "healthy", mode, Fixtures.EPOCH, 1, true, "disabled", null, null, null, reads);
  }
}

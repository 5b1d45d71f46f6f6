package dev.holdfast.http;

import static dev.holdfast.http.HttpHarness.READER;
import static dev.holdfast.http.HttpHarness.SCHEMA;
import static dev.holdfast.http.HttpHarness.SCOPED;
import static dev.holdfast.http.HttpHarness.body;
import static dev.holdfast.http.HttpHarness.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.messages.fleet.Fleet;
import dev.holdfast.messages.fleet.FleetEntry;
import dev.holdfast.messages.fleet.FleetRoutes;
import dev.holdfast.messages.fleet.GetFleet;
import dev.holdfast.messages.fleet.InstanceReported;
import dev.holdfast.messages.fleet.ServiceHealth;
import dev.holdfast.messages.fleet.ServiceHealthReported;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetCallsTest {
  private static final String FLEET = "/api/config/fleet";

  private final AtomicReference<GetFleet> asked = new AtomicReference<>();
  private List<ServiceHealth> healths = List.of();
  private HttpHarness http;

  @BeforeEach
  void start() throws Exception {
    http = new HttpHarness();
  }

  @AfterEach
  void stop() {
    http.close();
  }

  private void serve(List<FleetEntry> entries) {
    http.rooms.bus.serve(
        FleetRoutes.FLEET,
        question -> {
          asked.set(question);
          return Future.succeededFuture(new Fleet(entries, healths));
        });
  }

  @Test
  void fleet_health_isTold() throws Exception {
    Instant at = Instant.parse("2026-11-22T10:15:30.123456Z");
    healths =
        List.of(
            new ServiceHealth(
                new ServiceHealthReported("router", false, "no\"llm\u001b", "<b>gone</b>"), at),
            new ServiceHealth(new ServiceHealthReported("stt-worker", true, null, null), at));
    serve(List.of());
    JsonObject fleet = HttpHarness.body(http.get(FLEET, READER));
    assertThat(fleet.getInteger("total")).isZero();
    assertThat(fleet.getJsonArray("services"))
        .containsExactly(
            new JsonObject()
                .put("service", "router")
                .put("ok", false)
                .put("event", "no\"llm ")
                .put("err", "<b>gone</b>")
                .put("received_at", "2026-11-22T10:15:30.123456+00:00"),
            new JsonObject()
                .put("service", "stt-worker")
                .put("ok", true)
                .putNull("event")
                .putNull("err")
                .put("received_at", "2026-11-22T10:15:30.123456+00:00"));
  }

  @Test
  void fleet_entries_areTold() throws Exception {
    Instant at = Instant.parse("2026-11-22T10:15:30.123456Z");
    serve(
        List.of(
            new FleetEntry(
                new InstanceReported(
                    "stt-worker", "a", 7, Fixtures.EPOCH, true, null, at, InstanceReported.MQTT),
                at,
                0L,
                12),
            new FleetEntry(
                new InstanceReported(
                    "stt-worker", "b", 9, "x", false, "<b>\"no\"</b>", at, InstanceReported.BUS),
                at.plusSeconds(1),
                null,
                0)));
    HttpResponse<String> reply = http.get(FLEET, READER);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    JsonObject first =
        new JsonObject()
            .put("service", "stt-worker")
            .put("instance", "a")
            .put("version", 7)
            .put("config_epoch", Fixtures.EPOCH)
            .put("applied", true)
            .putNull("reason")
            .put("at", "2026-11-22T10:15:30.123456+00:00")
            .put("received_at", "2026-11-22T10:15:30.123456+00:00")
            .put("behind_by", 0)
            .put("silent_seconds", 12);
    JsonObject second =
        first
            .copy()
            .put("instance", "b")
            .put("version", 9)
            .put("config_epoch", "x")
            .put("applied", false)
            .put("reason", "<b>\"no\"</b>")
            .put("received_at", "2026-11-22T10:15:31.123456+00:00")
            .putNull("behind_by")
            .put("silent_seconds", 0);
    assertThat(body(reply))
        .isEqualTo(
            new JsonObject()
                .put("instances", new JsonArray().add(first).add(second))
                .put("total", 2)
                .put("services", new JsonArray()));
    assertThat(asked.get().service()).isNull();
    assertThat(asked.get().caller().scope()).isNull();
  }

  @Test
  void fleet_nobodyReported_isEmpty() throws Exception {
    serve(List.of());
    assertThat(http.get(FLEET, READER).body())
        .isEqualTo("{\"instances\":[],\"total\":0,\"services\":[]}");
  }

  @Test
  void fleet_serviceAndScope_arePassedOn() throws Exception {
    serve(List.of());
    assertThat(http.get(FLEET + "?service=free-form", SCOPED).statusCode()).isEqualTo(200);
    assertThat(asked.get().service()).isEqualTo("free-form");
    assertThat(asked.get().caller().scope()).isEqualTo(Set.of("free-form", "other"));
  }

  @Test
  void fleet_whoMayNot_isRefused() throws Exception {
    serve(List.of());
    problem(http.get(FLEET, null), 401);
    problem(http.get(FLEET, SCHEMA), 403);
    problem(http.get(FLEET + "?service=stt-worker", SCOPED), 403);
    problem(http.get(FLEET + "?service=No_Name", READER), 400);
    problem(http.get(FLEET + "?instance=a", READER), 400);
    assertThat(asked.get()).isNull();
  }

  @Test
  void fleet_roomThatIsNotThere_fails503() throws Exception {
    problem(http.get(FLEET, READER), 503);
  }
}

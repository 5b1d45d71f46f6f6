package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who runs what, told by a client that is not ours, through our broker and through a real one. */
class FleetIT {
  private static final String FLEET = "/api/config/fleet";
  private static final String TOPIC = "system/config-status/";
  private static final String HTML = "<img src=x onerror=alert(1)>";
  private static final int CONTROL = 0x1b;

  @TempDir Path folder;
  private Process mosquitto;
  private ManagerProcess manager;
  private int broker;
  private String epoch;

  /** Starts a manager with its own broker, or with a Mosquitto. */
  private void start(String kind) throws Exception {
    ManagerProcess.require("mosquitto_pub");
    Map<String, String> environment = new HashMap<>();
    environment.put(
        "CONFIG_API_TOKENS",
        String.join(
            ",",
            TestToken.entry("all", "config.write:all"),
            TestToken.entry("router", "config.read:router@router")));
    if (kind.equals("mosquitto")) {
      startMosquitto();
      environment.put("MQTT_URL", "mqtt://127.0.0.1:" + broker);
    }
    manager = ManagerProcess.start(folder, environment);
    if (!kind.equals("mosquitto")) {
      broker = manager.mqttPort;
    }
    epoch = get("all", "/api/config/services/router").getString("config_epoch");
    await().until(() -> get("all", "/api/config/health?detail=true").getBoolean("ok"));
    // The manager listens once it is connected: who reports before is not heard.
    await()
        .until(
            () -> {
              publish("router/probe", report(1, true, null));
              return !instances("router").isEmpty();
            });
  }

  private void startMosquitto() throws IOException {
    broker = ManagerProcess.freePort();
    mosquitto =
        new ProcessBuilder(
                ManagerProcess.require("mosquitto").toString(), "-p", String.valueOf(broker))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  @AfterEach
  void stop() {
    if (manager != null) {
      manager.close();
    }
    if (mosquitto != null) {
      mosquitto.destroyForcibly();
    }
  }

  private JsonObject get(String token, String path) throws Exception {
    HttpResponse<String> reply = manager.call("GET", path, TestToken.of(token), null);
    assertThat(reply.statusCode()).as(path + " " + reply.body()).isEqualTo(200);
    return new JsonObject(reply.body());
  }

  /** The instances of a service (all where null), by service and name. */
  private Map<String, JsonObject> instances(String service) throws Exception {
    JsonObject fleet = get("all", FLEET + (service == null ? "" : "?service=" + service));
    Map<String, JsonObject> found = new HashMap<>();
    for (Object each : fleet.getJsonArray("instances")) {
      JsonObject entry = (JsonObject) each;
      found.put(entry.getString("service") + "/" + entry.getString("instance"), entry);
    }
    assertThat(fleet.getInteger("total")).isEqualTo(found.size());
    return found;
  }

  private JsonObject report(long version, boolean applied, String reason) {
    JsonObject report =
        new JsonObject()
            .put("version", version)
            .put("config_epoch", epoch)
            .put("applied", applied)
            .put("at", Instant.now().toString());
    return reason == null ? report : report.put("reason", reason);
  }

  private void publish(String where, JsonObject payload) throws Exception {
    publish(where, payload.encode());
  }

  /** As a shell would; the broker may hang up on what it does not like. */
  private void publish(String where, String payload) throws Exception {
    publishOn(TOPIC + where, payload);
  }

  private void publishOn(String topic, String payload) throws Exception {
    Path file = Files.write(folder.resolve("payload"), payload.getBytes(UTF_8));
    Process client =
        new ProcessBuilder(
                ManagerProcess.find("mosquitto_pub").toString(),
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(broker),
                "-q",
                "1",
                "-r",
                "-t",
                topic,
                "-f",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  private String metrics() throws Exception {
    return manager.call("GET", "/metrics", null, null).body();
  }

  private double metric(String line) throws Exception {
    return metrics()
        .lines()
        .filter(each -> each.startsWith(line + " "))
        .mapToDouble(each -> Double.parseDouble(each.substring(line.length() + 1)))
        .findFirst()
        .orElse(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedded", "mosquitto"})
  void health_ofServices_isToldInScopeAndOutlivesTheManager(String kind) throws Exception {
    start(kind);
    publishOn(
        "system/health/router", "{\"ok\":false,\"event\":\"no-llm\",\"err\":\"" + HTML + "\"}");
    publishOn("system/health/camera", "{\"ok\":true}");
    publishOn("system/health/nobody", "{\"ok\":true}");
    publishOn("system/health/stt-worker", "{\"ok\":\"yes\"}");
    await().until(() -> get("all", FLEET).getJsonArray("services").size() == 2);
    JsonObject router = get("router", FLEET).getJsonArray("services").getJsonObject(0);
    assertThat(router.getBoolean("ok")).isFalse();
    assertThat(router.getString("event")).isEqualTo("no-llm");
    assertThat(router.getString("err")).isEqualTo(HTML);
    assertThat(get("router", FLEET).getJsonArray("services")).hasSize(1);
    assertThat(get("all", FLEET + "?service=camera").getJsonArray("services")).hasSize(1);
    publishOn("system/health/camera", "");
    await().until(() -> get("all", FLEET).getJsonArray("services").size() == 1);
    publishOn("system/health/camera", "{\"ok\":true}");
    if (kind.equals("mosquitto")) {
      manager.terminate();
      manager.startAgain();
      await().until(() -> get("all", FLEET).getJsonArray("services").size() == 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedded", "mosquitto"})
  void report_changeAndRefusal_areSeenInTheFleet(String kind) throws Exception {
    start(kind);
    publish("stt-worker/kitchen-1", report(1, true, null));
    await().until(() -> instances("stt-worker").size() == 1);
    JsonObject entry = instances("stt-worker").get("stt-worker/kitchen-1");
    assertThat(entry.fieldNames())
        .containsExactlyInAnyOrder(
            "service",
            "instance",
            "version",
            "config_epoch",
            "applied",
            "reason",
            "at",
            "received_at",
            "behind_by",
            "silent_seconds");
    assertThat(entry.getInteger("behind_by")).isZero();
    assertThat(entry.getBoolean("applied")).isTrue();
    assertThat(entry.getLong("silent_seconds")).isLessThan(20);

    HttpResponse<String> changed =
        manager.call(
            "PATCH",
            "/api/config/services/stt-worker?version=1",
            TestToken.of("all"),
            "{\"vad_threshold\":0.7}");
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(2))
        .until(
            () -> instances("stt-worker").get("stt-worker/kitchen-1").getInteger("behind_by") == 1);

    publish(
        "stt-worker/kitchen-1", report(2, false, "vad_threshold: too high for this microphone"));
    await().until(() -> !instances("stt-worker").get("stt-worker/kitchen-1").getBoolean("applied"));
    assertThat(instances("stt-worker").get("stt-worker/kitchen-1").getString("reason"))
        .isEqualTo("vad_threshold: too high for this microphone");

    await()
        .untilAsserted(
            () -> {
              assertThat(
                      metric("holdfast_fleet_instances{service=\"stt-worker\",state=\"refused\"}"))
                  .isEqualTo(1);
              assertThat(metric("holdfast_fleet_instances{service=\"router\",state=\"current\"}"))
                  .isEqualTo(1);
            });
    assertThat(metric("holdfast_fleet_reports_total{result=\"taken\"}")).isGreaterThanOrEqualTo(3);
    assertThat(metrics()).contains("result=\"refused\"", "result=\"dropped\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedded", "mosquitto"})
  void scope_token_seesItsOwnServicesOnly(String kind) throws Exception {
    start(kind);
    publish("stt-worker/kitchen-1", report(1, true, null));
    await().until(() -> instances(null).size() == 2);
    JsonObject seen = get("router", FLEET);
    assertThat(seen.getInteger("total")).isEqualTo(1);
    assertThat(seen.encode()).contains("probe").doesNotContain("stt-worker");
    String other = FLEET + "?service=stt-worker";
    assertThat(manager.call("GET", other, TestToken.of("router"), null).statusCode())
        .isEqualTo(403);
    assertThat(manager.call("GET", FLEET, null, null).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedded", "mosquitto"})
  void hostile_payloads_areRefusedOrHarmless(String kind) throws Exception {
    start(kind);
    JsonObject good = report(1, true, null);
    Map<String, List<String>> hostile = new HashMap<>();
    hostile.put(
        "router/a",
        List.of(
            "not json",
            "[]",
            "{\"version\":1,\"version\":2}",
            good.copy().put("version", 0).encode(),
            good.copy().put("version", -1).encode(),
            good.encode().replace("\"version\":1", "\"version\":99999999999999999999"),
            good.encode().replace("\"version\":1", "\"version\":1e400"),
            good.copy().put("config_epoch", "../../etc").encode(),
            good.copy().put("applied", "yes").encode(),
            good.copy().put("at", "+999999999-01-01T00:00:00Z").encode(),
            good.copy().put("reason", "x".repeat(5_000)).encode(),
            "[".repeat(4_000)));
    hostile.put("router/b", List.of("x".repeat(1 << 20)));
    for (String where :
        List.of(
            "Router/a",
            "router/-a",
            "router/a b",
            "router/" + "a".repeat(65),
            "router/a/b",
            "router",
            "../router/a",
            "no-such-service/a")) {
      hostile.put(where, List.of(good.encode()));
    }
    for (Map.Entry<String, List<String>> each : hostile.entrySet()) {
      for (String payload : each.getValue()) {
        publish(each.getKey(), payload);
      }
    }
    publish("router/after", report(1, true, null));
    await().until(() -> instances(null).containsKey("router/after"));
    assertThat(instances(null)).containsOnlyKeys("router/probe", "router/after");
    assertThat(metric("holdfast_fleet_reports_total{result=\"refused\"}"))
        .isGreaterThanOrEqualTo(18);

    // What is well-formed is shown as it is, and means nothing to anybody.
    publish("router/html", report(1, false, HTML + (char) CONTROL + "\n" + "y".repeat(900)));
    publish("router/far", report((1L << 53) - 1, true, null));
    publish(
        "router/else", report(1, true, null).put("config_epoch", epoch.replaceAll("[0-9]", "0")));
    await().until(() -> instances("router").size() == 5);
    JsonObject html = instances("router").get("router/html");
    assertThat(html.getString("reason")).startsWith(HTML + "  yyy").hasSize(500);
    assertThat(instances("router").get("router/far").getValue("behind_by")).isNull();
    assertThat(instances("router").get("router/else").getValue("behind_by")).isNull();

    String log = ManagerProcess.text(manager.log());
    assertThat(log.lines().filter(line -> line.contains("a report was refused")).count())
        .isLessThanOrEqualTo(2);
    assertThat(log.lines().filter(line -> line.contains("may not publish")).count())
        .isLessThanOrEqualTo(2);
    assertThat(get("all", "/api/config/health").getBoolean("ok")).isTrue();
  }

  @Test
  void broker_restarted_isHeardAgainAndRetainedReportsComeBack() throws Exception {
    start("mosquitto");
    publish("stt-worker/kitchen-1", report(1, true, null));
    await().until(() -> instances("stt-worker").size() == 1);
    manager.terminate();
    manager.startAgain();
    await().until(() -> instances(null).size() == 2);

    int port = broker;
    mosquitto.destroyForcibly().waitFor();
    mosquitto =
        new ProcessBuilder(ManagerProcess.find("mosquitto").toString(), "-p", String.valueOf(port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              publish("stt-worker/kitchen-2", report(1, true, null));
              return instances("stt-worker").size() == 2;
            });
  }

  /** Larger than what the manager can read at all: a broker that lets it pass must do no harm. */
  @Test
  void hostile_messageOfManyMebibytes_doesNotCutTheManagerOff() throws Exception {
    start("mosquitto");
    publish("router/huge", "x".repeat(9 << 20));
    try (Subscriber subscriber = new Subscriber(broker, "system/config/router")) {
      await().until(() -> subscriber.version("router") == 1);
      List<Integer> statuses = new ArrayList<>();
      for (int version = 1; version < 4; version++) {
        statuses.add(
            manager
                .call(
                    "PATCH",
                    "/api/config/services/router?version=" + version,
                    TestToken.of("all"),
                    "{\"router_wake_ack_text\":\"v" + version + "\"}")
                .statusCode());
      }
      assertThat(statuses).containsOnly(200);
      await().atMost(Duration.ofSeconds(20)).until(() -> subscriber.version("router") == 4);
    }
    assertThat(instances("router")).containsOnlyKeys("router/probe");
    await().until(() -> metric("holdfast_mqtt_connected") == 1);
    double before = metric("holdfast_mqtt_reconnects_total");
    TimeUnit.SECONDS.sleep(3);
    assertThat(metric("holdfast_mqtt_reconnects_total")).isEqualTo(before);
    assertThat(ManagerProcess.text(manager.log())).contains("reports are not heard for");
  }
}

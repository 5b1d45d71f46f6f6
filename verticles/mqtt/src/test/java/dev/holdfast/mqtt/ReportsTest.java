package dev.holdfast.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.Codecs;
import dev.holdfast.messages.fleet.FleetRoutes;
import dev.holdfast.messages.fleet.InstanceReported;
import dev.holdfast.messages.fleet.ReportForm;
import dev.holdfast.messages.fleet.ServiceHealthReported;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class ReportsTest {
  private static final String TOPIC = "system/config-status/router/a";
  private static final String GOOD =
      """
      {"version":7,"config_epoch":"4b0c7c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1","applied":true,\
      "at":"2026-03-01T09:30:00+00:00"}""";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final List<InstanceReported> told = new CopyOnWriteArrayList<>();
  private final List<ServiceHealthReported> health = new CopyOnWriteArrayList<>();
  private Reports reports;

  @BeforeEach
  void furnish(Vertx vertx) {
    Codecs.register(vertx);
    Bus bus = new Bus(vertx);
    bus.subscribe(FleetRoutes.REPORTED, told::add);
    bus.subscribe(FleetRoutes.HEALTH, health::add);
    reports = new Reports(bus, new Meters(registry), nanos::get);
  }

  private void hear(String topic, String payload) {
    reports.heard(topic, Buffer.buffer(payload), false);
  }

  private double counted(String result) {
    return registry.get("holdfast.fleet.reports").tag("result", result).counter().count();
  }

  @Test
  void health_ofAService_isTold() {
    hear("system/health/router", "{\"ok\":true,\"more\":1}");
    hear("system/health/router", "{\"ok\":false,\"event\":\"gone\\n\",\"err\":null}");
    await().until(() -> health.size() == 2);
    assertThat(health.get(0)).isEqualTo(new ServiceHealthReported("router", true, null, null));
    assertThat(health.get(1)).isEqualTo(new ServiceHealthReported("router", false, "gone ", null));
    assertThat(counted("refused")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "system/health/router {}",
        "system/health/router {\"ok\":1}",
        "system/health/router {\"ok\":true,\"ok\":false}",
        "system/health/router {\"ok\":true,\"event\":1}",
        "system/health/router {\"ok\":true,\"err\":[]}",
        "system/health/router [true]",
        "system/health/Router {\"ok\":true}",
        "system/health/a/b {\"ok\":true}",
        "system/health/ {\"ok\":true}",
      })
  void health_ofNoForm_isRefused(String message) {
    hear(message.split(" ", 2)[0], message.split(" ", 2)[1]);
    assertThat(counted("refused")).isEqualTo(1);
    hear(
        "system/health/router",
        "{\"ok\":true,\"err\":\"" + "x".repeat(ReportForm.MAX_BYTES) + "\"}");
    assertThat(counted("refused")).isEqualTo(2);
    assertThat(health).isEmpty();
  }

  @Test
  void health_ofTheManagerItself_isNoReport() {
    hear("system/health/config-manager", "{\"ok\":true}");
    hear("system/health/router", "");
    assertThat(counted("refused")).isZero();
    assertThat(health).isEmpty();
  }

  @Test
  void heard_good_isTold() {
    hear(TOPIC, GOOD);
    reports.heard(TOPIC, Buffer.buffer(GOOD), true);
    await().until(() -> told.size() == 2);
    InstanceReported live =
        new InstanceReported(
            "router",
            "a",
            7,
            "4b0c7c0e-6f4e-4d0e-9a44-4a6b6ad5b2f1",
            true,
            null,
            Instant.parse("2026-03-01T09:30:00Z"),
            InstanceReported.MQTT);
    assertThat(told.get(0)).isEqualTo(live);
    assertThat(told.get(1).via()).isEqualTo(InstanceReported.RETAINED);
    assertThat(counted("refused")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "system/config-status/router",
        "system/config-status/router/a/b",
        "system/config-status/Router/a",
        "system/config-status/router/",
        "system/config-status//a",
        "system/config-status/router/a\u0000",
        "system/config/router/a",
        "x/config-status/router/a"
      })
  void heard_onAnotherTopic_isRefused(String topic) {
    hear(topic, GOOD);
    assertThat(counted("refused")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "[]", "{}", "{\"version\":1,\"version\":1}", "\ufeff{}"})
  void heard_noReport_isRefused(String payload) {
    hear(TOPIC, payload);
    assertThat(counted("refused")).isEqualTo(1);
    assertThat(told).isEmpty();
  }

  @Test
  void heard_tooLarge_isRefused() {
    String padding = " ".repeat(ReportForm.MAX_BYTES - GOOD.length());
    hear(TOPIC, GOOD + padding);
    assertThat(counted("refused")).isZero();
    hear(TOPIC, GOOD + padding + " ");
    assertThat(counted("refused")).isEqualTo(1);
  }

  @Test
  void heard_cleared_isNoReport() {
    hear(TOPIC, "");
    assertThat(counted("refused")).isZero();
  }

  @Test
  void heard_flood_isDroppedUntilTheNextSecond() {
    for (int i = 0; i < Reports.MOST_A_SECOND + 100; i++) {
      hear(TOPIC, GOOD);
    }
    assertThat(counted("dropped")).isEqualTo(100);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    hear(TOPIC, GOOD);
    assertThat(counted("dropped")).isEqualTo(100);
    await().until(() -> told.size() == Reports.MOST_A_SECOND + 1);
  }
}

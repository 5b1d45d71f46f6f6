package dev.holdfast.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.health.HealthVerticle.Options;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.health.GetHealth;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.settings.SecretsStatus.SecretFault;
import dev.holdfast.messages.storage.AuditChecked;
import dev.holdfast.messages.storage.AuditHead;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class HealthVerticleTest {
  @TempDir Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Path file;
  private Vertx vertx;
  private Rooms rooms;

  @BeforeEach
  void stand(Vertx withVertx) {
    vertx = withVertx;
    file = folder.resolve("data/health+epoch.json");
    rooms = new Rooms(vertx);
  }

  @Test
  void start_noFile_makesItAndServes() throws Exception {
    deploy();
    assertThat(content())
        .containsEntry("config_epoch", Rooms.EPOCH)
        .containsEntry("schema_version", 2L)
        .containsEntry("revision", 0L)
        .containsEntry("ok", true)
        .containsEntry("last_rebuild", null);
    HealthReport report = get(new Bus(vertx).call(HealthRoutes.GET, new GetHealth()));
    assertThat(report)
        .isEqualTo(
            new HealthReport(
                true, "healthy", "normal", Rooms.EPOCH, 2, false, "disabled", null, null, null));
    assertThat(meters.get("holdfast.health.ok").gauge().value()).isEqualTo(1);
    assertThat(meters.get("holdfast.health.mode").tag("mode", "normal").gauge().value())
        .isEqualTo(1);
  }

  @Test
  void cache_newerRevision_isRecordedAfterIt() throws Exception {
    deploy();
    rooms.commit();
    await()
        .during(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(2))
        .until(() -> recorded() == 0);
    rooms.cached(6);
    await().until(() -> recorded() == 6);
    assertThat(last().lkgCacheValid()).isTrue();
  }

  @Test
  void cache_manyRevisions_endOnTheNewest() throws Exception {
    deploy();
    for (int i = 0; i < 100; i++) {
      rooms.commit();
      rooms.cached(rooms.revision.get());
    }
    await().until(() -> recorded() == 105);
    assertThat(rooms.written.get()).isLessThan(101);
  }

  @Test
  void cache_olderRevision_neverLowersTheRecord() throws Exception {
    String id = deploy();
    rooms.cached(5);
    await().until(() -> recorded() == 5);
    rooms.cached(3);
    undeploy(id);
    assertThat(recorded()).isEqualTo(5);
  }

  @Test
  void accessLog_grows_isRecordedSoon() throws Exception {
    deploy();
    await().until(() -> Long.valueOf(3).equals(content().get("audit_id")));
    for (long id = 4; id <= 40; id++) {
      rooms.grow(id);
    }
    int before = rooms.written.get();
    await().until(() -> Long.valueOf(40).equals(content().get("audit_id")));
    assertThat(content()).containsEntry("audit_mac", "28");
    assertThat(rooms.written.get()).isEqualTo(before + 1);
    rooms.grow(39);
    await()
        .during(Duration.ofMillis(1_200))
        .until(() -> Long.valueOf(40).equals(content().get("audit_id")));
    assertThat(HealthVerticle.recordedAuditHead(file)).isEqualTo(new AuditHead(40, "28"));
  }

  @Test
  void accessLog_notTheRecordedOne_isAFaultAndEntered() throws Exception {
    rooms.audit = new AuditChecked(new AuditHead(2, "02"), "it ends before row 3");
    deploy();
    await().until(() -> "audit-broken".equals(last().event()));
    assertThat(last().err()).isEqualTo("the access log: it ends before row 3");
    assertThat(last().ok()).isTrue();
    assertThat(meters.get("holdfast.health.fault").tag("event", "audit-broken").gauge().value())
        .isEqualTo(1);
    await().until(() -> rooms.access.size() == 1);
    assertThat(rooms.access.get(0).action()).isEqualTo("audit-broken");
  }

  @Test
  void secrets_unreadable_areNamedAndOver() throws Exception {
    rooms.secretsStatus =
        Rooms.status(
            List.of(new SecretFault("tts-worker", "eleven_api_key", "k-0", "unknown-key")));
    deploy();
    await().until(() -> "secret-unreadable".equals(last().event()));
    assertThat(last().err())
        .isEqualTo("1 secret does not open: tts-worker eleven_api_key (unknown-key, key id k-0)");
    assertThat(last().databaseStatus()).isEqualTo("healthy");
    rooms.secrets(List.of());
    await().until(() -> last().event() == null);
  }

  @Test
  void recordedAuditHead_noFileOrNoEpochFile_isToldApart() throws Exception {
    assertThat(HealthVerticle.recordedAuditHead(file)).isNull();
    Files.createDirectories(file.getParent());
    Files.writeString(file, "[]");
    assertThatThrownBy(() -> HealthVerticle.recordedAuditHead(file))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void start_again_keepsCreatedAtAndRevision() throws Exception {
    String id = deploy();
    rooms.cached(5);
    await().until(() -> recorded() == 5);
    undeploy(id);
    Object createdAt = content().get("created_at");
    Object updatedAt = content().get("updated_at");
    deploy();
    assertThat(content()).containsEntry("created_at", createdAt).containsEntry("revision", 5L);
    assertThat(content().get("updated_at")).isNotEqualTo(updatedAt);
  }

  @Test
  void start_databaseBehind_failsAndLeavesTheFile() throws Exception {
    String id = deploy();
    rooms.cached(5);
    await().until(() -> recorded() == 5);
    undeploy(id);
    byte[] before = Files.readAllBytes(file);
    rooms.revision.set(4);
    assertThatThrownBy(this::deploy)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the database is behind this file");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void probe_locked_isToldRecordedAndLeftAgain() throws Exception {
    deploy();
    rooms.probeFails = FailureCode.STORAGE_LOCKED;
    await().until(() -> "database-locked".equals(last().event()));
    assertThat(last().ok()).isFalse();
    assertThat(last().databaseStatus()).isEqualTo("locked");
    await().until(() -> "locked".equals(content().get("database_status")));
    assertThat(content()).containsEntry("ok", false);
    int told = rooms.heard.size();
    int probes = rooms.probes.get();
    await().until(() -> rooms.probes.get() > probes + 5);
    assertThat(rooms.heard).hasSize(told);
    rooms.probeFails = null;
    await().until(() -> last().ok());
    await().until(() -> Boolean.TRUE.equals(content().get("ok")));
    assertThat(meters.get("holdfast.health.probe").timer().count()).isGreaterThan(2);
  }

  @Test
  void probe_databaseReplaced_isCorrupted() throws Exception {
    deploy();
    rooms.revision.set(4);
    await().until(() -> "corrupted".equals(last().databaseStatus()));
  }

  @Test
  void start_databaseLocked_startsAndSaysSo() throws Exception {
    rooms.probeFails = FailureCode.STORAGE_LOCKED;
    deploy();
    HealthReport report = get(new Bus(vertx).call(HealthRoutes.GET, new GetHealth()));
    assertThat(report.event()).isEqualTo("database-locked");
  }

  @Test
  void broker_downAndUp_isToldButOk() throws Exception {
    deploy();
    rooms.broker("port 1883 is taken");
    await().until(() -> "mqtt-down".equals(last().event()));
    assertThat(last().ok()).isTrue();
    assertThat(last().err()).isEqualTo("port 1883 is taken");
    rooms.broker(null);
    await().until(() -> last().event() == null);
  }

  @Test
  void file_cannotBeWritten_isToldAndTriedAgain() throws Exception {
    deploy();
    Files.delete(file);
    Files.createDirectory(file);
    rooms.cached(5);
    await().until(() -> "epoch-write-failed".equals(last().event()));
    assertThat(last().ok()).isTrue();
    Files.delete(file);
    await().until(() -> last().event() == null);
    assertThat(recorded()).isEqualTo(5);
  }

  @Test
  void stop_writesALastTimeAndProbesNoMore() throws Exception {
    String id = deploy();
    int written = rooms.written.get();
    undeploy(id);
    assertThat(rooms.written.get()).isEqualTo(written + 1);
    int probes = rooms.probes.get();
    await()
        .during(Duration.ofMillis(150))
        .atMost(Duration.ofSeconds(2))
        .until(() -> rooms.probes.get() == probes);
  }

  @Test
  void options_illegal_areRefused() {
    assertThatThrownBy(() -> new Options(file, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("probeMillis: 0 (expected: 10 to 60000)");
  }

  private String deploy() throws Exception {
    String id = get(vertx.deployVerticle(new HealthVerticle(new Options(file, 20), meters)));
    await().until(() -> !rooms.heard.isEmpty());
    return id;
  }

  private void undeploy(String id) throws Exception {
    get(vertx.undeploy(id));
  }

  private HealthReport last() {
    return rooms.heard.get(rooms.heard.size() - 1);
  }

  private long recorded() throws IOException {
    return (Long) content().get("revision");
  }

  private Map<String, Object> content() throws IOException {
    return StrictJson.object(Files.readAllBytes(file));
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }
}

package dev.holdfast.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.health.HealthVerticle.Options;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.health.GetHealth;
import dev.holdfast.messages.health.GetHealthDetail;
import dev.holdfast.messages.health.HealthDetail;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthRoutes;
import dev.holdfast.messages.health.StartRebuild;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.settings.SecretsStatus.SecretFault;
import dev.holdfast.messages.settings.SettingsRebuilt;
import dev.holdfast.messages.settings.SettingsStanding;
import dev.holdfast.messages.settings.SettingsStanding.Basis;
import dev.holdfast.messages.storage.AuditChecked;
import dev.holdfast.messages.storage.AuditHead;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
  void admit_sameOrFurther_isAdmitted() throws Exception {
    recordFive();
    assertThat(rooms.admit(Rooms.EPOCH, 5, false)).isNull();
    assertThat(rooms.admit(Rooms.EPOCH, 9, false)).isNull();
    assertThat(rooms.admit(Rooms.EPOCH, 5, true)).isNull();
  }

  @Test
  void admit_databaseBehind_isAFaultAndLeavesTheRecord() throws Exception {
    recordFive();
    rooms.standing = new SettingsStanding(Basis.DATABASE, false, "behind", List.of());
    assertThat(rooms.admit(Rooms.EPOCH, 4, false)).contains("revision 4 against 5");
    assertThat(rooms.admit(Rooms.EPOCH, 4, true)).contains("revision 4 against 5");
    rooms.stand(rooms.standing);
    await().until(() -> "database-behind".equals(last().event()));
    assertThat(last().databaseStatus()).isEqualTo("corrupted");
    assertThat(last().operationalMode()).isEqualTo("read-only-fallback");
    assertThat(last().reads()).isEqualTo(HealthReport.Reads.DATABASE);
    assertThat(recorded()).isEqualTo(5);
  }

  @Test
  void admit_otherEpoch_isAFaultAndLeavesTheRecord() throws Exception {
    recordFive();
    rooms.epoch = "11111111-1111-4111-8111-111111111111";
    rooms.standing = new SettingsStanding(Basis.DATABASE, false, "other", List.of());
    assertThat(rooms.admit(rooms.epoch, 50, false)).contains("of another epoch");
    rooms.stand(rooms.standing);
    await().until(() -> "database-other-epoch".equals(last().event()));
    rooms.cached(60);
    await().during(Duration.ofMillis(100)).until(() -> recorded() == 5);
    assertThat(content()).containsEntry("config_epoch", Rooms.EPOCH);
  }

  @Test
  void admit_fileAltered_isAFaultAndTheFileIsLeft() throws Exception {
    recordFive();
    stopAll();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    rooms.standing = new SettingsStanding(Basis.DATABASE, false, "invalid", List.of());
    get(vertx.deployVerticle(new HealthVerticle(new Options(file, 20, 15, false), meters)));
    assertThat(rooms.admit(Rooms.EPOCH, 5, false)).contains("refused");
    assertThat(rooms.admit(Rooms.EPOCH, 5, true)).isNull();
    rooms.stand(rooms.standing);
    await().until(() -> "epoch-file-invalid".equals(last().event()));
    rooms.cached(9);
    stopAll();
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void admit_cacheFurtherThanTheFile_isBehind() throws Exception {
    recordFive();
    rooms.cache = new LkgContent(Rooms.EPOCH, 9, 1, Instant.EPOCH, List.of(), List.of(), List.of());
    assertThat(rooms.admit(Rooms.EPOCH, 5, false)).contains("revision 5 against 9");
    assertThat(rooms.admit(Rooms.EPOCH, 9, false)).isNull();
  }

  @Test
  void admit_noFileButAFurtherCache_isBehind() throws Exception {
    rooms.cache = new LkgContent(Rooms.EPOCH, 9, 1, Instant.EPOCH, List.of(), List.of(), List.of());
    rooms.standing = new SettingsStanding(Basis.DATABASE, false, "behind", List.of());
    deploy();
    assertThat(rooms.admit(Rooms.EPOCH, 5, false)).contains("revision 5 against 9");
    assertThat(file).doesNotExist();
  }

  @Test
  void standing_mismatch_isNamedWithEveryBreak() throws Exception {
    rooms.standing =
        new SettingsStanding(
            Basis.DATABASE, false, "no longer fits", List.of("a: b: c", "d: e: f"));
    deploy();
    await().until(() -> "schema-mismatch".equals(last().event()));
    assertThat(last().databaseStatus()).isEqualTo("schema-mismatch");
    assertThat(last().ok()).isFalse();
    assertThat(detail().breaks()).containsExactly("a: b: c", "d: e: f");
    rooms.stand(SettingsStanding.ADOPTED);
    await().until(() -> last().ok());
  }

  @Test
  void trouble_ofACommit_isAFallbackAtOnceAndLeftByTheNextProbe() throws Exception {
    deploy();
    int before = rooms.reopened.get();
    rooms.trouble(FailureCode.STORAGE_FULL, false);
    await().until(() -> rooms.heard.stream().anyMatch(it -> "database-full".equals(it.event())));
    await().until(() -> last().ok());
    assertThat(rooms.reopened.get()).isGreaterThan(before);
    assertThat(detail().transitions()).extracting("event").contains("database-full");
  }

  @Test
  void trouble_damage_isBelievedUntilAFullCheckFindsNone() throws Exception {
    deploy();
    rooms.checkFails = FailureCode.STORAGE_CORRUPT;
    rooms.trouble(FailureCode.STORAGE_CORRUPT, false);
    await().until(() -> "database-corrupted".equals(last().event()));
    int checks = rooms.checks.get();
    await().until(() -> rooms.checks.get() > checks + 2);
    assertThat(last().event()).isEqualTo("database-corrupted");
    assertThat(detail().lastCheck().fault()).isEqualTo("a page is bad");
    rooms.checkFails = null;
    await().until(() -> last().ok());
  }

  @Test
  void trouble_whileReading_isHeldAgainstAFullCheck() throws Exception {
    deploy();
    rooms.trouble(FailureCode.STORAGE_CORRUPT, true);
    await().until(() -> rooms.checks.get() == 1);
    assertThat(last().ok()).isTrue();
    rooms.checkFails = FailureCode.STORAGE_CORRUPT;
    rooms.trouble(FailureCode.STORAGE_CORRUPT, true);
    await().until(() -> "database-corrupted".equals(last().event()));
  }

  @Test
  void rebuild_healthyAndNotForced_isRefused() throws Exception {
    deploy();
    assertThatThrownBy(() -> rebuild(false)).hasStackTraceContaining("the database is healthy");
    rooms.trouble(FailureCode.STORAGE_LOCKED, false);
    rooms.probeFails = FailureCode.STORAGE_LOCKED;
    assertThatThrownBy(() -> rebuild(false))
        .hasStackTraceContaining("database-locked is not healed by a rebuild");
    assertThat(rooms.rebuilds).isEmpty();
  }

  @Test
  void rebuild_forced_isRebuildingThenNormalUnderTheNewEpoch() throws Exception {
    deploy();
    Promise<SettingsRebuilt> made = Promise.promise();
    rooms.rebuild = made::future;

    HealthReport begun = rebuild(true);

    assertThat(begun.operationalMode()).isEqualTo("rebuilding");
    assertThat(begun.event()).isEqualTo("rebuilding");
    assertThat(rooms.admit("22222222-2222-4222-8222-222222222222", 1, false)).isNull();
    assertThatThrownBy(() -> rebuild(true)).hasStackTraceContaining("already");
    rooms.epoch = "22222222-2222-4222-8222-222222222222";
    rooms.revision.set(2);
    rooms.stand(SettingsStanding.ADOPTED);
    made.complete(
        new SettingsRebuilt(
            rooms.epoch, "config.db.damaged-1", Basis.LKG, 7, List.of("a b"), List.of()));
    await().until(() -> last().ok() && last().epoch().equals(rooms.epoch));
    await().until(() -> rooms.epoch.equals(content().get("config_epoch")));
    assertThat(content().get("last_rebuild")).isNotNull();
    assertThat(detail().lastRebuild().lost()).containsExactly("a b");
    assertThat(rooms.admit(Rooms.EPOCH, 50, false)).contains("of another epoch");
  }

  @Test
  void rebuild_fails_isSaidAndTheFallbackStays() throws Exception {
    deploy();
    rooms.probeFails = FailureCode.STORAGE_CORRUPT;
    await().until(() -> "database-corrupted".equals(last().event()));
    rebuild(false);
    await()
        .until(
            () -> detail().causes().stream().anyMatch(it -> it.event().equals("rebuild-failed")));
    assertThat(last().operationalMode()).isEqualTo("read-only-fallback");
  }

  @Test
  void rebuild_automatic_onlyForDamage() throws Exception {
    deploy(true);
    rooms.probeFails = FailureCode.STORAGE_NEWER;
    await().until(() -> "database-newer".equals(last().event()));
    await().during(Duration.ofMillis(100)).until(rooms.rebuilds::isEmpty);
    rooms.probeFails = FailureCode.STORAGE_CORRUPT;
    await().until(() -> rooms.rebuilds.size() == 1);
    assertThat(rooms.rebuilds.get(0).requestedBy()).isEqualTo("system");
  }

  private void recordFive() throws Exception {
    deploy();
    rooms.cached(5);
    await().until(() -> recorded() == 5);
  }

  private void stopAll() throws Exception {
    for (String id : vertx.deploymentIDs()) {
      get(vertx.undeploy(id));
    }
  }

  private HealthReport rebuild(boolean force) throws Exception {
    return get(new Bus(vertx).call(HealthRoutes.REBUILD, new StartRebuild("anna", force)));
  }

  private HealthDetail detail() throws Exception {
    return get(new Bus(vertx).call(HealthRoutes.DETAIL, new GetHealthDetail()));
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
    assertThatThrownBy(() -> new Options(file, 0, 15, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("probeMillis: 0 (expected: 10 to 60000)");
  }

  private String deploy() throws Exception {
    return deploy(false);
  }

  private String deploy(boolean autoRebuild) throws Exception {
    int before = rooms.heard.size();
    String id =
        get(
            vertx.deployVerticle(
                new HealthVerticle(new Options(file, 20, 15, autoRebuild), meters)));
    rooms.stand(rooms.standing);
    await().until(() -> rooms.heard.size() > before);
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

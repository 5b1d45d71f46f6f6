package dev.holdfast.lkg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.bus.Bus;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.lkg.LkgVerticle.Options;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.lkg.LkgRoutes;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.lkg.ReadLkg;
import dev.holdfast.messages.settings.SettingsStanding;
import dev.holdfast.messages.settings.SettingsStanding.Basis;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class LkgVerticleTest {
  @TempDir Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Path file;
  private Vertx vertx;
  private Rooms rooms;

  @BeforeEach
  void stand(Vertx withVertx) {
    vertx = withVertx;
    file = folder.resolve("data/config.lkg.json");
    rooms = new Rooms(vertx);
    rooms.setSilently("router", "ack", "Yes?");
    rooms.setSilently("stt-worker", "vad_threshold", 0.5);
  }

  @Test
  void start_noFile_writesTheSignedState() throws Exception {
    deploy(0);
    awaitRevision(2);
    Map<String, Object> text = StrictJson.object(Files.readAllBytes(file));
    assertThat(text)
        .containsEntry("signature", Rooms.hmac(CanonicalJson.write(text.get("payload"))));
    assertThat(payload().get("payload"))
        .isEqualTo(
            Map.of("router", Map.of("ack", "Yes?"), "stt-worker", Map.of("vad_threshold", 0.5)));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(rooms.heard.get(0)).isEqualTo(new LkgState(false, null, 0, null, null));
    assertThat(last().valid()).isTrue();
    assertThat(meters.get("holdfast.lkg.revision").gauge().value()).isEqualTo(2);
    assertThat(meters.get("holdfast.lkg.bytes").gauge().value())
        .isEqualTo((double) Files.size(file));
    assertThat(meters.get("holdfast.lkg.age.seconds").gauge().value()).isBetween(0.0, 60.0);
    assertThat(meters.get("holdfast.lkg.write").timer().count()).isEqualTo(1);
  }

  @Test
  void change_andDelete_areWritten() throws Exception {
    deploy(0);
    awaitRevision(2);
    rooms.set("router", "ack", "Hm?");
    awaitRevision(3);
    assertThat(payload().get("versions")).isEqualTo(Map.of("router", 2L, "stt-worker", 1L));
    rooms.delete("stt-worker");
    awaitRevision(4);
    assertThat(payload().get("payload")).isEqualTo(Map.of("router", Map.of("ack", "Hm?")));
  }

  @Test
  void change_manyDuringAWrite_becomeOneWrite() throws Exception {
    deploy(0);
    awaitRevision(2);
    Promise<Void> gate = Promise.promise();
    rooms.gate.set(gate);
    for (int i = 0; i < 50; i++) {
      rooms.set("router", "count", (long) i);
    }
    rooms.gate.set(null);
    gate.complete();
    awaitRevision(52);
    assertThat(meters.get("holdfast.lkg.write").timer().count()).isBetween(2L, 3L);
  }

  @Test
  void change_eventMissing_readsTheStateAgain() throws Exception {
    deploy(0);
    awaitRevision(2);
    rooms.setSilently("camera", "fps", 25L);
    rooms.set("router", "ack", "Hm?");
    awaitRevision(4);
    assertThat(payload().get("payload"))
        .isEqualTo(
            Map.of(
                "camera", Map.of("fps", 25L),
                "router", Map.of("ack", "Hm?"),
                "stt-worker", Map.of("vad_threshold", 0.5)));
  }

  @Test
  void change_otherEpoch_readsTheStateAgain() throws Exception {
    deploy(0);
    awaitRevision(2);
    rooms.become("9d0c3d1c-5a3e-4a57-8b1f-0d9c6f1e2b33", 0);
    rooms.set("router", "ack", "Hm?");
    awaitRevision(1);
    assertThat(payload().get("config_epoch")).isEqualTo("9d0c3d1c-5a3e-4a57-8b1f-0d9c6f1e2b33");
  }

  @Test
  void resealed_sameRevision_isWrittenAgain() throws Exception {
    deploy(0);
    awaitRevision(2);
    rooms.seal("router", "token", new Sealed("b25l", "k-1"));
    await().until(() -> last().secretKeyIds().equals(Set.of("k-1")));
    assertThat(payload().get("secrets"))
        .isEqualTo(Map.of("router", Map.of("token", Map.of("key_id", "k-1", "value", "b25l"))));
    rooms.seal("router", "token", new Sealed("dHdv", "k-2"));
    await().until(() -> last().secretKeyIds().equals(Set.of("k-2")));
    assertThat(Files.readString(file)).contains("dHdv").doesNotContain("b25l");
    assertThat(last().revision()).isEqualTo(2);
  }

  @Test
  void start_fileWithSecrets_tellsTheirKeys() throws Exception {
    rooms.seal("router", "token", new Sealed("b25l", "k-1"));
    written();
    byte[] before = Files.readAllBytes(file);
    deploy(0);
    await().until(() -> last().secretKeyIds().equals(Set.of("k-1")));
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void start_otherSealsOnly_isMadeAnewWithoutAComplaint() throws Exception {
    rooms.seal("router", "token", new Sealed("b25l", "k-1"));
    written();
    rooms.seal("router", "token", new Sealed("dHdv", "k-2"));
    deploy(0);
    await().until(() -> last().secretKeyIds().equals(Set.of("k-2")));
    assertThat(rooms.heard).allMatch(LkgState::valid, "valid all the time");
  }

  @Test
  void start_signedWithTheOldKey_isMadeAnew() throws Exception {
    written();
    rooms.hmacKeyId = "5d0c3d1c-5a3e-4a57-8b1f-0d9c6f1e2b44";
    deploy(0);
    await().until(() -> rooms.hmacKeyId.equals(payload().get("key_id")));
    assertThat(last().valid()).isTrue();
  }

  @Test
  void start_sameState_leavesTheFile() throws Exception {
    written();
    byte[] before = Files.readAllBytes(file);
    deploy(0);
    await().until(() -> !rooms.heard.isEmpty());
    assertThat(last().valid()).isTrue();
    assertThat(last().revision()).isEqualTo(2);
    assertThat(meters.get("holdfast.lkg.write").timer().count()).isEqualTo(1);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void start_sameRevisionOtherContent_rewrites() throws Exception {
    written();
    rooms.become(Rooms.EPOCH, 1);
    rooms.setSilently("router", "ack", "Other");
    deploy(0);
    awaitRevision(2);
    assertThat(Files.readString(file)).contains("Other");
  }

  @Test
  void start_olderFile_rewrites() throws Exception {
    written();
    rooms.setSilently("router", "ack", "Hm?");
    deploy(0);
    awaitRevision(3);
    assertThat(rooms.heard.get(0).valid()).isTrue();
    assertThat(rooms.heard.get(0).revision()).isEqualTo(2);
  }

  @Test
  void start_alteredFile_rewrites() throws Exception {
    written();
    Files.writeString(file, Files.readString(file).replace("Yes?", "Yes!"));
    deploy(0);
    awaitRevision(2);
    assertThat(rooms.heard.get(0)).isEqualTo(new LkgState(false, null, 0, null, null));
    assertThat(Files.readString(file)).contains("Yes?");
  }

  @Test
  void start_otherEpoch_rewrites() throws Exception {
    written();
    rooms.become("9d0c3d1c-5a3e-4a57-8b1f-0d9c6f1e2b33", 1);
    deploy(0);
    awaitRevision(1);
    assertThat(payload().get("config_epoch")).isEqualTo("9d0c3d1c-5a3e-4a57-8b1f-0d9c6f1e2b33");
  }

  @Test
  void start_fileAheadOfDatabase_isKeptUntilTheDatabaseCatchesUp() throws Exception {
    written();
    byte[] before = Files.readAllBytes(file);
    rooms.become(Rooms.EPOCH, 0);
    String id = deploy(0);
    await().until(() -> !rooms.heard.isEmpty());
    assertThat(last().valid()).isFalse();
    assertThat(last().revision()).isEqualTo(2);
    assertThat(last().fault()).contains("the database is behind");
    rooms.set("router", "ack", "Hm?");
    undeploy(id);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    deploy(0);
    rooms.set("router", "ack", "Oh?");
    awaitRevision(2);
    assertThat(last().fault()).isNull();
    assertThat(Files.readString(file)).contains("Oh?");
  }

  @Test
  void change_withinTheInterval_waitsAndStopWritesIt() throws Exception {
    String id = deploy(60_000);
    awaitRevision(2);
    rooms.set("router", "ack", "Hm?");
    await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(2))
        .until(() -> last().revision() == 2);
    undeploy(id);
    assertThat(payload().get("revision")).isEqualTo(3L);
  }

  @Test
  void change_afterTheInterval_isWritten() throws Exception {
    deploy(400);
    awaitRevision(2);
    long began = System.nanoTime();
    rooms.set("router", "ack", "1");
    rooms.set("router", "ack", "2");
    awaitRevision(4);
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isGreaterThan(200);
    assertThat(meters.get("holdfast.lkg.write").timer().count()).isEqualTo(2);
  }

  @Test
  void write_fails_isSaidAndTriedAgain() throws Exception {
    Files.createDirectories(file);
    deploy(0);
    await().until(() -> !rooms.heard.isEmpty() && last().fault() != null);
    assertThat(last().valid()).isFalse();
    assertThat(last().fault()).contains("cannot be written").contains("a folder");
    Files.delete(file);
    awaitRevision(2);
    assertThat(last().fault()).isNull();
  }

  @Test
  void write_failsAfterAGoodOne_theOldFileStaysValid() throws Exception {
    deploy(0);
    awaitRevision(2);
    rooms.hmacFails.set(FailureCode.INTERNAL);
    rooms.set("router", "ack", "Hm?");
    await().until(() -> last().fault() != null);
    assertThat(last().valid()).isTrue();
    assertThat(last().revision()).isEqualTo(2);
    rooms.hmacFails.set(null);
    awaitRevision(3);
  }

  @Test
  void options_illegal_areRefused() {
    assertThatThrownBy(() -> new Options(file, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("minIntervalMillis: -1 (expected: 0 to 86400000)");
  }

  @Test
  void start_settingsNotOfTheDatabase_writesNothingUntilTheyAre() throws Exception {
    get(vertx.deployVerticle(new LkgVerticle(new Options(file, 0), meters)));
    rooms.standing(new SettingsStanding(Basis.LKG, false, "locked", List.of()));
    rooms.set("router", "ack", "Hm?");
    await().pollDelay(Duration.ofMillis(200)).until(() -> !Files.exists(file));

    rooms.adopt();

    awaitRevision(3);
  }

  @Test
  void read_writtenFile_givesBackWhatWasWritten() throws Exception {
    deploy(0);
    awaitRevision(2);
    rooms.seal("router", "token", new Sealed("b25l", "k-1"));
    rooms.set("camera", "fps", 25L);
    rooms.delete("camera");
    awaitRevision(4);

    LkgContent content = get(new Bus(vertx).call(LkgRoutes.READ, new ReadLkg()));

    assertThat(content.epoch()).isEqualTo(Rooms.EPOCH);
    assertThat(content.revision()).isEqualTo(4);
    assertThat(content.tombstones())
        .containsExactly(new Tombstone("camera", 9, 4, Rooms.EPOCH, Instant.EPOCH));
    assertThat(content.schemas()).extracting("service").containsExactly("router", "stt-worker");
    LkgContent.Service router = content.services().get(0);
    ServiceSnapshot was = rooms.state().services().get(0);
    assertThat(router)
        .isEqualTo(
            new LkgContent.Service(
                "router",
                was.version(),
                was.revision(),
                was.updatedAt(),
                was.updatedBy(),
                was.effective(),
                was.environmentKeys(),
                was.secrets()));
  }

  @Test
  void read_fileOfAnOlderRelease_givesWhatComesNearest() throws Exception {
    String payload =
        "{\"config_epoch\":\"%s\",\"generated_at\":\"2026-03-01T12:00:00+00:00\",\"key_id\":\"k\","
                .formatted(Rooms.EPOCH)
            + "\"payload\":{\"router\":{\"ack\":\"Yes?\"}},\"revision\":12,\"schema_version\":1,"
            + "\"versions\":{\"router\":3}}";
    Files.createDirectories(file.getParent());
    Files.write(file, LkgText.seal(payload, Rooms.hmac(payload)));
    get(vertx.deployVerticle(new LkgVerticle(new Options(file, 0), meters)));

    LkgContent content = get(new Bus(vertx).call(LkgRoutes.READ, new ReadLkg()));

    LkgContent.Service router = content.services().get(0);
    assertThat(router.version()).isEqualTo(3);
    assertThat(router.revision()).isEqualTo(12);
    assertThat(router.updatedAt()).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
    assertThat(router.effective().get("ack")).isEqualTo("Yes?");
    assertThat(last().valid()).isTrue();
  }

  @Test
  void read_noFileOrAltered_failsNotFoundWithTheReason() throws Exception {
    get(vertx.deployVerticle(new LkgVerticle(new Options(file, 0), meters)));
    Bus bus = new Bus(vertx);
    assertThatThrownBy(() -> get(bus.call(LkgRoutes.READ, new ReadLkg())))
        .hasMessageContaining("there is no last-known-good file");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> get(bus.call(LkgRoutes.READ, new ReadLkg())))
        .hasMessageContaining("refused");
  }

  private void written() throws Exception {
    String id = deploy(0);
    awaitRevision(2);
    undeploy(id);
    rooms.heard.clear();
  }

  private String deploy(long minIntervalMillis) throws Exception {
    int before = rooms.heard.size();
    String id =
        get(vertx.deployVerticle(new LkgVerticle(new Options(file, minIntervalMillis), meters)));
    rooms.adopt();
    await().atMost(Duration.ofSeconds(5)).until(() -> rooms.heard.size() > before);
    return id;
  }

  private void undeploy(String id) throws Exception {
    get(vertx.undeploy(id));
  }

  private void awaitRevision(long revision) {
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !rooms.heard.isEmpty() && last().valid() && last().revision() == revision);
  }

  private LkgState last() {
    return rooms.heard.get(rooms.heard.size() - 1);
  }

  private Map<?, ?> payload() throws IOException {
    return (Map<?, ?>) StrictJson.object(Files.readAllBytes(file)).get("payload");
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }
}

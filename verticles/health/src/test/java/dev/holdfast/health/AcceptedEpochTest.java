package dev.holdfast.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.Bus;
import dev.holdfast.messages.health.AdmitDatabase;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.Stored;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class AcceptedEpochTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant REBUILT = Instant.parse("2026-05-01T00:00:00Z");
  private static final String EPOCH = "9d0c3d1c-5a3e-4a57-8b1f-0d9c6f1e2b33";
  private static final Stored DATABASE =
      new Stored(EPOCH, 3, 2, "hash", List.of(), List.of(), List.of());
  private static final AuditHead HEAD = new AuditHead(9, "0c");
  private static final EpochFile OLD =
      new EpochFile(
          Rooms.EPOCH,
          1,
          Instant.parse("2026-01-01T00:00:00Z"),
          REBUILT,
          REBUILT,
          false,
          "corrupted",
          "read-only-fallback",
          5,
          new AuditHead(20, "aa"));

  @TempDir Path folder;
  private Vertx vertx;
  private Path path;

  @BeforeEach
  void stand(Vertx running) {
    vertx = running;
    new Rooms(vertx);
    path = folder.resolve("data/health+epoch.json");
  }

  @Test
  void accept_overAnotherEpoch_recordsTheDatabaseAndKeepsTheRebuild() throws Exception {
    put(OLD.seal(Rooms.hmac(OLD.body())));
    accept();

    EpochFile written = read();
    assertThat(written)
        .isEqualTo(new EpochFile(EPOCH, 2, NOW, REBUILT, NOW, true, "healthy", "normal", 3, HEAD));
    assertThat(admitted(EPOCH, 3)).as("what the next start makes of it").isNull();
    assertThat(admitted(EPOCH, 2)).contains("behind");
    assertThat(admitted(Rooms.EPOCH, 5)).contains("of another epoch");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThat(HealthVerticle.recordedAuditHead(path)).isEqualTo(HEAD);
  }

  @Test
  void accept_noFileOrOneNotToBeBelieved_beginsAnew() throws Exception {
    accept();
    assertThat(read().lastRebuild()).isNull();

    put(OLD.seal("00"));
    accept();
    assertThat(read().lastRebuild()).isNull();
    assertThat(read().epoch()).isEqualTo(EPOCH);
  }

  @Test
  void recorded_file_givesItsPlaceOrTheReason() throws Exception {
    assertThat(await(HealthVerticle.recorded(vertx, path))).isNull();

    put(OLD.seal(Rooms.hmac(OLD.body())));
    assertThat(await(HealthVerticle.recorded(vertx, path)))
        .isEqualTo(new StorageProbed(Rooms.EPOCH, 5));

    put(OLD.seal("00"));
    assertRefused("hmac does not match");
    Files.writeString(path, "{");
    assertRefused("");
    Files.delete(path);
    Files.createDirectory(path);
    assertRefused("a folder");
  }

  /** Why a manager that starts refuses such a database, or null. */
  private String admitted(String epoch, long revision) throws Exception {
    return await(Rooms.admission(vertx, path).admit(new AdmitDatabase(epoch, revision, false)))
        .fault();
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(() -> await(HealthVerticle.recorded(vertx, path)))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private void put(byte[] content) throws Exception {
    Files.createDirectories(path.getParent());
    Files.write(path, content);
  }

  private void accept() throws Exception {
    await(AcceptedEpoch.write(store(), DATABASE, HEAD, Clock.fixed(NOW, ZoneOffset.UTC)));
  }

  private EpochFile read() throws Exception {
    return await(store().read());
  }

  private EpochStore store() {
    return new EpochStore(vertx, new Bus(vertx), path);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }
}

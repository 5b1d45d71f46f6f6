package dev.holdfast.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.Bus;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.health.AdmitDatabase;
import dev.holdfast.messages.health.DatabaseAdmitted;
import dev.holdfast.messages.storage.AuditHead;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class EpochFileTest {
  private static final EpochFile CONTENT =
      new EpochFile(
          Rooms.EPOCH,
          2,
          Instant.parse("2026-01-01T00:00:00Z"),
          null,
          Instant.parse("2026-03-01T12:00:00.000250Z"),
          true,
          "healthy",
          "normal",
          5,
          new AuditHead(7, "0a1b"));
  private static final byte[] FILE = CONTENT.seal(Rooms.hmac(CONTENT.body()));

  @TempDir Path folder;
  private Path path;
  private Vertx vertx;

  @BeforeEach
  void stand(Vertx withVertx) {
    vertx = withVertx;
    new Rooms(vertx);
    path = folder.resolve("health+epoch.json");
  }

  @Test
  void seal_file_isCanonicalWithAllMembers() {
    Map<String, Object> members = new HashMap<>(StrictJson.object(FILE));
    assertThat(CanonicalJson.write(members)).isEqualTo(new String(FILE, StandardCharsets.UTF_8));
    assertThat(members)
        .containsOnlyKeys(
            "audit_id",
            "audit_mac",
            "config_epoch",
            "schema_version",
            "created_at",
            "last_rebuild",
            "updated_at",
            "ok",
            "database_status",
            "operational_mode",
            "revision",
            "hmac")
        .containsEntry("revision", 5L)
        .containsEntry("updated_at", "2026-03-01T12:00:00.000250+00:00");
    Object hmac = members.remove("hmac");
    assertThat(hmac).isEqualTo(Rooms.hmac(CanonicalJson.write(members)));
  }

  @Test
  void run_missing_givesNull() throws Exception {
    assertThat(run(Rooms.EPOCH, 5)).isNull();
  }

  @Test
  void run_whole_givesItsContent() throws Exception {
    Files.write(path, FILE);
    assertThat(run(Rooms.EPOCH, 5)).isEqualTo(CONTENT);
  }

  @Test
  void run_anyByteFlipped_fails() throws Exception {
    for (int i = 0; i < FILE.length; i++) {
      for (int bit : new int[] {0, 5, 7}) {
        byte[] flipped = FILE.clone();
        flipped[i] ^= (byte) (1 << bit);
        Files.write(path, flipped);
        assertFails(Rooms.EPOCH, 5, ": refused: ");
      }
    }
  }

  @Test
  void run_truncatedAnywhere_fails() throws Exception {
    for (int length = 0; length < FILE.length; length++) {
      Files.write(path, Arrays.copyOf(FILE, length));
      assertFails(Rooms.EPOCH, 5, ": refused: ");
    }
  }

  @Test
  void run_signedButIncomplete_fails() throws Exception {
    Files.writeString(path, "{\"hmac\":\"" + Rooms.hmac("{}") + "\"}");
    assertFails(Rooms.EPOCH, 5, "it has no config_epoch");
  }

  @Test
  void run_folderInItsPlace_fails() throws Exception {
    Files.createDirectory(path);
    assertFails(Rooms.EPOCH, 5, "a folder (expected");
  }

  @Test
  void run_otherEpoch_failsAndSaysWhatToDo() throws Exception {
    Files.write(path, FILE);
    assertFails("9d0c3d1c-5a3e-4a57-8b1f-0d9c6f1e2b33", 5, "of another epoch");
    assertFails("9d0c3d1c-5a3e-4a57-8b1f-0d9c6f1e2b33", 5, "restore --accept-epoch");
  }

  @Test
  void run_databaseBehind_failsAndSaysWhatToDo() throws Exception {
    Files.write(path, FILE);
    assertFails(Rooms.EPOCH, 4, "revision 4 against 5");
    assertThat(Files.readAllBytes(path)).isEqualTo(FILE);
  }

  private void assertFails(String epoch, long revision, String part) throws Exception {
    String fault = admit(epoch, revision).fault();
    assertThat(fault).contains(part).doesNotContain("\n");
  }

  private EpochFile run(String epoch, long revision) throws Exception {
    assertThat(admit(epoch, revision).fault()).isNull();
    return get(new EpochStore(vertx, new Bus(vertx), path).read());
  }

  private DatabaseAdmitted admit(String epoch, long revision) throws Exception {
    return get(Rooms.admission(vertx, path).admit(new AdmitDatabase(epoch, revision, false)));
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }
}

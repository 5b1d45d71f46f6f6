package dev.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.storage.CheckKeys;
import dev.holdfast.messages.storage.KeyMarked;
import dev.holdfast.messages.storage.MarkKey;
import dev.holdfast.messages.storage.ReplaceSecrets;
import dev.holdfast.messages.storage.SecretsReport;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.model.Sealed;
import dev.holdfast.model.Values;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
  private static final Sealed FIRST = new Sealed("Zmlyc3Q=", "id-1");
  private static final Sealed SECOND = new Sealed("c2Vjb25k", "id-1");
  private static final Sealed RESEALED = new Sealed("cmVzZWFsZWQ=", "id-2");
  private static final String TIMES =
      "SELECT created_at || ' ' || updated_at FROM encrypted_secrets";

  @TempDir Path folder;
  Room room;

  @BeforeEach
  void open() {
    room = Room.open(folder.resolve("config.db"));
  }

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void put_secretsAndEnvironment_loadTheSame() {
    room.commit(
        put("camera", 0, Map.of("a.b", FIRST, "c", SECOND), Set.of(), "print-1"),
        put("router", 0, Map.of("a.b", RESEALED), Set.of(), ""));

    assertThat(room.service("camera").secrets()).isEqualTo(Map.of("a.b", FIRST, "c", SECOND));
    assertThat(room.service("camera").environment()).isEqualTo("print-1");
    assertThat(room.service("router").secrets()).isEqualTo(Map.of("a.b", RESEALED));
    assertThat(room.service("router").environment()).isEmpty();
  }

  @Test
  void put_secretAgain_replacesItAndKeepsWhenItWasMade() throws SQLException {
    room.commit(put("camera", 0, Map.of("a", FIRST), Set.of(), ""));
    room.sql("UPDATE encrypted_secrets SET created_at = 'then', updated_at = 'then'");

    room.commit(put("camera", 1, Map.of("a", SECOND), Set.of(), ""));

    assertThat(room.service("camera").secrets()).isEqualTo(Map.of("a", SECOND));
    assertThat(room.one(TIMES)).isEqualTo("then 2026-11-22T12:00:00.500000+00:00");
  }

  @Test
  void put_withoutSecrets_leavesThem() {
    room.commit(put("camera", 0, Map.of("a", FIRST), Set.of(), "print-1"));

    room.commit(Room.put("camera", 1, "fps", 1L));

    assertThat(room.service("camera").secrets()).isEqualTo(Map.of("a", FIRST));
    assertThat(room.service("camera").environment()).as("as the change says").isEmpty();
  }

  @Test
  void put_removedSecrets_go() {
    room.commit(
        put("camera", 0, Map.of("a", FIRST, "b", SECOND), Set.of(), ""),
        put("router", 0, Map.of("a", FIRST), Set.of(), ""));

    room.commit(put("camera", 1, Map.of(), Set.of("a"), ""));

    assertThat(room.service("camera").secrets()).isEqualTo(Map.of("b", SECOND));
    assertThat(room.service("router").secrets()).isEqualTo(Map.of("a", FIRST));
  }

  @Test
  void put_refused_storesNoSecret() throws SQLException {
    room.commit(put("camera", 0, Map.of("a", FIRST), Set.of(), "print-1"));

    room.refused(
        StorageRoutes.COMMIT,
        Room.change(
            put("camera", 0, Map.of("a", SECOND), Set.of(), "print-2"),
            put("router", 0, Map.of("a", SECOND), Set.of(), "")));

    assertThat(room.service("camera").secrets()).isEqualTo(Map.of("a", FIRST));
    assertThat(room.service("camera").environment()).isEqualTo("print-1");
    assertThat(room.one("SELECT COUNT(*) FROM encrypted_secrets")).isEqualTo("1");
  }

  @Test
  void remove_service_takesItsSecretsAlong() throws SQLException {
    room.commit(
        put("camera", 0, Map.of("a", FIRST, "b", SECOND), Set.of(), ""),
        put("router", 0, Map.of("a", FIRST), Set.of(), ""));

    room.commit(Room.remove("camera", 1));

    assertThat(room.one("SELECT group_concat(service) FROM encrypted_secrets")).isEqualTo("router");
    room.commit(put("camera", 0, Map.of(), Set.of(), ""));
    assertThat(room.service("camera").secrets()).isEmpty();
  }

  @Test
  void environment_altered_isNoDamage() throws SQLException {
    room.commit(put("camera", 0, Map.of(), Set.of(), "print-1"));

    room.sql("UPDATE service_configs SET environment = 'other'");

    assertThat(room.service("camera").environment()).isEqualTo("other");
  }

  @Test
  void replaceSecrets_sealsThatChangedMeanwhile_stay() throws SQLException {
    room.commit(put("camera", 0, Map.of("a", FIRST, "b", SECOND), Set.of(), ""));
    String times = room.one(TIMES);

    List<Boolean> replaced =
        room.ask(
                StorageRoutes.REPLACE_SECRETS,
                new ReplaceSecrets(
                    List.of(
                        replacement("camera", "a", FIRST),
                        replacement("camera", "b", FIRST),
                        replacement("camera", "b", new Sealed(SECOND.value(), "id-0")),
                        replacement("camera", "none", FIRST),
                        replacement("router", "a", FIRST))))
            .replaced();

    assertThat(replaced).containsExactly(true, false, false, false, false);
    assertThat(room.service("camera").secrets()).isEqualTo(Map.of("a", RESEALED, "b", SECOND));
    assertThat(room.load().revision()).isEqualTo(1);
    assertThat(room.service("camera").version()).isEqualTo(1);
    assertThat(room.one(TIMES)).isEqualTo(times);
    assertThat(room.ask(StorageRoutes.REPLACE_SECRETS, new ReplaceSecrets(List.of())).replaced())
        .isEmpty();
  }

  @Test
  void markKey_twice_keepsTheEarlierTimeUntilItIsTakenOff() {
    Instant later = Room.NOON.plusSeconds(60);
    room.ask(StorageRoutes.CHECK_KEYS, new CheckKeys(Map.of("id-1", "a", "id-2", "b")));

    assertThat(mark("id-1", null)).isNull();
    assertThat(mark("id-1", Room.NOON)).isEqualTo(Room.NOON);
    assertThat(mark("id-1", later)).isEqualTo(Room.NOON);
    assertThat(StorageVerticle.secretsReport(room.file).unusedSince())
        .isEqualTo(Map.of("id-1", Room.NOON));
    assertThat(mark("id-1", null)).isNull();
    assertThat(mark("id-1", later)).isEqualTo(later);
    assertThat(mark("id-2", null)).isNull();
  }

  @Test
  void markKey_neverSeen_failsNotFound() {
    var failure = room.refused(StorageRoutes.MARK_KEY, new MarkKey("id-9", Room.NOON));

    assertThat(failure.code()).isEqualTo(FailureCode.NOT_FOUND);
    assertThat(failure.detail()).contains("id-9");
  }

  @Test
  void secretsReport_countsByKey() {
    room.commit(
        put("camera", 0, Map.of("a", FIRST, "b", SECOND), Set.of(), ""),
        put("router", 0, Map.of("a", RESEALED), Set.of(), ""));

    assertThat(StorageVerticle.secretsReport(room.file))
        .isEqualTo(new SecretsReport(Map.of("id-1", 2L, "id-2", 1L), Map.of()));
  }

  private Instant mark(String keyId, Instant since) {
    KeyMarked marked = room.ask(StorageRoutes.MARK_KEY, new MarkKey(keyId, since));
    return marked.unusedSince();
  }

  private static ReplaceSecrets.Replacement replacement(String service, String key, Sealed before) {
    return new ReplaceSecrets.Replacement(service, key, before, RESEALED);
  }

  private static ServiceWrite.Put put(
      String service,
      long expected,
      Map<String, Sealed> secrets,
      Set<String> removed,
      String environment) {
    return new ServiceWrite.Put(
        service,
        expected,
        Values.EMPTY,
        secrets.keySet(),
        List.of(),
        Set.of(),
        List.of(),
        secrets,
        removed,
        Set.of(),
        environment);
  }
}

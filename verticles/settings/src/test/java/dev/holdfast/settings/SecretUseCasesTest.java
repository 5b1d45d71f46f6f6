package dev.holdfast.settings;

import static dev.holdfast.model.SecretValue.MASK;
import static dev.holdfast.settings.Room.ANN;
import static dev.holdfast.settings.Room.eventually;
import static dev.holdfast.settings.Room.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.DeleteSecret;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.PutSecret;
import dev.holdfast.messages.settings.ReadSecrets;
import dev.holdfast.messages.settings.RevealSecret;
import dev.holdfast.messages.settings.SecretsRead;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.SecretValue;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SecretUseCasesTest {
  private static final String CANARY = "canary-7f3a";

  private Room room;

  @BeforeEach
  void start(Vertx vertx) {
    room = new Room(vertx);
    room.environment.put("DEMO_HELD", "from-outside");
    room.start(Room.file("demo", Room.DEMO + ",'held': {'type':'string','x-secret':true}"));
  }

  @Test
  void putSecret_new_isSealedAndMakesAVersion() {
    ChangeResult result = put("token", CANARY);
    assertThat(result.version()).isEqualTo(2);
    assertThat(result.differences()).containsExactly(new Difference("token", null, MASK));
    ServiceWrite.Put write = (ServiceWrite.Put) last().writes().get(0);
    assertThat(write.secrets()).containsOnlyKeys("token");
    assertThat(write.setKeys()).containsExactly("token");
    assertThat(write.items()).isEmpty();
    assertThat(last().access())
        .extracting(AccessEntry::action, AccessEntry::key)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("set-secret", "token"));
    assertThat(room.service("demo").secretIsSet("token")).isTrue();
    assertThat(room.service("demo").effective().has("token")).isFalse();
    assertThat(result + last().toString() + room.events).doesNotContain(CANARY);
  }

  @Test
  void putSecret_theSameAgain_changesNothing() {
    put("token", CANARY);
    ChangeResult again = put("token", CANARY);
    assertThat(again.version()).isEqualTo(2);
    assertThat(again.message()).isEqualTo("nothing changed");
    assertThat(put("token", "other").differences())
        .containsExactly(new Difference("token", MASK, MASK));
  }

  @Test
  void putSecret_noSecretOrUnknown_isRefused() {
    failure(() -> put("level", "3"), FailureCode.INVALID);
    failure(() -> put("nix", "3"), FailureCode.NOT_FOUND);
    failure(() -> put("token", MASK), FailureCode.INVALID);
    BusFailure held = failure(() -> put("held", CANARY), FailureCode.INVALID);
    assertThat(held.detail()).contains("DEMO_HELD").doesNotContain(CANARY);
  }

  @Test
  void putSecret_whileOthersChange_isTriedAgain() {
    room.storage.before =
        () -> {
          room.storage.before = () -> {};
          room.storage.commit(somebodyElse());
        };
    assertThat(put("token", CANARY).version()).isEqualTo(3);
    assertThat(room.storage.commits.get(1).author()).isEqualTo("bob");
  }

  @Test
  void deleteSecret_set_isRemovedAndTold() {
    put("token", CANARY);
    ChangeResult result =
        room.call(SettingsRoutes.DELETE_SECRET, new DeleteSecret("demo", "token", "old", ANN));
    assertThat(result.differences()).containsExactly(new Difference("token", MASK, null));
    ServiceWrite.Put write = (ServiceWrite.Put) last().writes().get(0);
    assertThat(write.removedSecrets()).containsExactly("token");
    assertThat(room.service("demo").secretIsSet("token")).isFalse();
  }

  @Test
  void put_maskAndAbsence_leaveTheSecret() {
    put("token", CANARY);
    room.put("demo", 2, "{'level': 4, 'token': '********'}");
    room.put("demo", 3, "{'level': 5}");
    assertThat(room.service("demo").secretIsSet("token")).isTrue();
    assertThat(reveal("token")).isEqualTo(CANARY);
  }

  @Test
  void put_null_removesTheSecret() {
    put("token", CANARY);
    ChangeResult result = room.put("demo", 2, "{'token': null}");
    assertThat(result.differences()).containsExactly(new Difference("token", MASK, null));
  }

  @Test
  void patch_clear_setsTheSecretWithOtherKeys() {
    ChangeResult result = room.patch("demo", 1, "{'level': 4, 'token': '" + CANARY + "'}");
    assertThat(result.differences())
        .containsExactly(new Difference("level", 3L, 4L), new Difference("token", null, MASK));
    assertThat(last().access())
        .extracting(AccessEntry::action)
        .containsExactly("change", "set-secret");
    assertThat(room.patch("demo", 2, "{'token': '" + CANARY + "'}").version()).isEqualTo(2);
  }

  @Test
  void put_maskOfWhatIsNotSet_isRefused() {
    BusFailure failure =
        failure(() -> room.put("demo", 1, "{'token': '********'}"), FailureCode.INVALID);
    assertThat(failure.errors()).extracting(FieldError::type).containsExactly("mask");
  }

  @Test
  void create_withASecret_sealsIt() {
    room.delete("demo", 1);
    room.put("demo", 0, "{'token': '" + CANARY + "'}");
    assertThat(reveal("token")).isEqualTo(CANARY);
  }

  @Test
  void delete_service_takesItsSecretsAlong() {
    put("token", CANARY);
    ChangeResult result = room.delete("demo", 2);
    assertThat(result.differences())
        .containsExactly(
            new Difference("level", 3L, null),
            new Difference("mode", "a", null),
            new Difference("token", MASK, null));
  }

  @Test
  void reveal_granted_isInTheAccessLogFirst() {
    put("token", CANARY);
    assertThat(reveal("token")).isEqualTo(CANARY);
    AccessEntry entry = room.storage.access.get(room.storage.access.size() - 1);
    assertThat(entry.action()).isEqualTo("reveal");
    assertThat(entry.success()).isTrue();
    assertThat(entry.reason()).isEqualTo("because");
    assertThat(reveal("held")).isEqualTo("from-outside");
  }

  @Test
  void reveal_notSetOrNoReason_isRefused() {
    failure(() -> reveal("token"), FailureCode.NOT_FOUND);
    put("token", CANARY);
    failure(
        () -> room.call(SettingsRoutes.REVEAL, new RevealSecret("demo", "token", "  ", ANN)),
        FailureCode.INVALID);
  }

  @Test
  void readSecrets_all_givesThemInClearAndIsLogged() {
    put("token", CANARY);
    SecretsRead read = room.call(SettingsRoutes.READ_SECRETS, new ReadSecrets("demo", ANN));
    assertThat(read.values())
        .containsEntry("token", SecretValue.of(CANARY))
        .containsEntry("held", SecretValue.of("from-outside"));
    assertThat(read.toString()).doesNotContain(CANARY).doesNotContain("from-outside");
    eventually(
        () ->
            room.storage.access.stream().anyMatch(entry -> entry.action().equals("read-secrets")));
  }

  @Test
  void restore_ofASecretsHistory_neverWritesTheMask() {
    put("token", CANARY);
    room.putSchema("demo", "'level': {'type':'integer','default':3},'token': {'type':'string'}");
    long id = room.storage.history.get(0).id();
    room.restore("demo", id);
    assertThat(room.service("demo").effective().has("token")).isFalse();
  }

  @Test
  void search_secret_hasNoValue() {
    put("token", CANARY);
    assertThat(room.service("demo").effective().canonical()).doesNotContain(CANARY);
  }

  private ChangeResult put(String key, String value) {
    return room.call(
        SettingsRoutes.PUT_SECRET, new PutSecret("demo", key, SecretValue.of(value), "why", ANN));
  }

  private String reveal(String key) {
    return room.call(SettingsRoutes.REVEAL, new RevealSecret("demo", key, "because", ANN))
        .value()
        .reveal();
  }

  private CommitChange last() {
    return room.storage.commits.get(room.storage.commits.size() - 1);
  }

  private CommitChange somebodyElse() {
    CommitChange first = room.storage.commits.get(0);
    ServiceWrite.Put put = (ServiceWrite.Put) first.writes().get(0);
    ServiceWrite.Put again =
        new ServiceWrite.Put(
            put.service(),
            1,
            put.stored(),
            put.setKeys(),
            List.of(),
            java.util.Set.of(),
            List.of());
    return new CommitChange(List.of(again), List.of(), null, "bob", null, first.at());
  }
}

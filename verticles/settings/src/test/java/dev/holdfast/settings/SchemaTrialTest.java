package dev.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.messages.settings.PutSecret;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.LoadStored;
import dev.holdfast.messages.storage.StorageRoutes;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.SecretValue;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import dev.holdfast.settings.SettingsVerticle.Trial;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SchemaTrialTest {
  private static final String CANARY = "canary-5f2c";

  private final Map<String, String> environment = new HashMap<>();

  @Test
  void tryOn_sameFiles_changesNothing(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));

    assertThat(tryOn(room, Room.file("demo", Room.DEMO)))
        .isEqualTo(new Trial(null, List.of(), true, List.of()));
    assertThat(room.storage.commits).as("only that of the start").hasSize(1);
  }

  @Test
  void tryOn_otherDefaultAndNewService_tellsBoth(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));

    Trial trial =
        tryOn(
            room,
            Room.file("demo", Room.DEMO.replace("'default':3", "'default':4")),
            Room.file("extra", SchemaOrigin.DIRECTORY, Room.DEMO));

    assertThat(trial)
        .isEqualTo(
            new Trial(
                null,
                List.of(),
                false,
                List.of("demo: version 1 becomes 2: level", "extra: new, with its defaults")));
  }

  @Test
  void tryOn_otherDescription_changesTheModelAlone(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));

    Trial trial = tryOn(room, Room.file("demo", Room.DEMO.replace("Level", "How loud")));

    assertThat(trial.sameModel()).isFalse();
    assertThat(trial.changes()).isEmpty();
    assertThat(trial.fault()).isNull();
  }

  @Test
  void tryOn_storedThatNoLongerFits_saysWhatTheStartSays(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO), Room.file("gone", Room.DEMO));
    room.put("demo", 1, "{'level':9,'mode':'b'}");
    SchemaFile narrower =
        Room.file(
            "demo", Room.DEMO.replace("'maximum':10", "'maximum':8").replace("'a','b'", "'a','c'"));

    Trial trial = tryOn(room, narrower);

    assertThat(trial.breaks()).isEqualTo(startBreaks(room, narrower)).hasSize(3);
    assertThat(String.join(" | ", trial.breaks()))
        .contains("demo: level: 9", "demo: mode: \"b\"", "gone: there is no schema");
  }

  @Test
  void tryOn_schemaFaults_saysWhatTheStartSays(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));
    SchemaFile bad =
        Room.file("demo", SchemaOrigin.DIRECTORY, "'level': {'type':'integer','default':'x'}");

    Trial trial = tryOn(room, bad);

    assertThat(trial.breaks()).isEmpty();
    assertThat(trial.fault())
        .isEqualTo(startFault(room, bad))
        .contains("/etc/schemas/demo.json: level");
    assertThat(tryOnStored(room, null, bad)).as("without a database").isEqualTo(trial);
  }

  @Test
  void tryOn_environmentThatDoesNotFit_namesTheVariableNotTheValue(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));
    environment.put("DEMO_LEVEL", CANARY);

    Trial trial = tryOn(room, Room.file("demo", Room.DEMO));

    room.environment.putAll(environment);
    assertThat(trial.fault())
        .isEqualTo(startFault(room, Room.file("demo", Room.DEMO)))
        .contains("DEMO_LEVEL", "demo level")
        .doesNotContain(CANARY);
  }

  @Test
  void tryOn_otherEnvironment_changesTheService(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));
    environment.put("DEMO_LEVEL", "7");

    Trial trial = tryOn(room, Room.file("demo", Room.DEMO));

    assertThat(trial.sameModel()).isTrue();
    assertThat(trial.changes()).containsExactly("demo: version 1 becomes 2");
  }

  @Test
  void tryOn_registeredSchema_isTakenInto(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));
    room.putSchema("gate", "'pin': {'type':'string','default':'0'}");

    assertThat(tryOn(room, Room.file("demo", Room.DEMO)).sameModel()).isTrue();
    SchemaFile over =
        Room.file("gate", SchemaOrigin.DIRECTORY, "'pin': {'type':'integer','default':1}");
    assertThat(tryOn(room, Room.file("demo", Room.DEMO), over).changes())
        .containsExactly("gate: version 1 becomes 2: pin");
  }

  @Test
  void tryOn_settingBecomesSecretOrNoLonger_tellsTheKeysNeverTheValues(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));
    room.put("demo", 1, "{'url':'" + CANARY + "'}");
    room.call(
        SettingsRoutes.PUT_SECRET,
        new PutSecret("demo", "token", SecretValue.of(CANARY), null, Room.ANN));
    String url = "'url': {'type':['string','null']}";

    Trial trial =
        tryOn(
            room,
            Room.file(
                "demo",
                Room.DEMO
                    .replace(",'x-secret':true", "")
                    .replace(url, "'url': {'type':'string','x-secret':true}")));
    assertThat(trial.changes())
        .singleElement()
        .asString()
        .contains("becomes secret: url", "the secret would be dropped: token");
    Trial broken =
        tryOn(
            room,
            Room.file(
                "demo",
                Room.DEMO.replace(url, "'url': {'type':'string','x-secret':true,'maxLength':2}")));
    assertThat(broken.breaks()).singleElement().asString().contains("demo: url");
    assertThat(trial.toString() + broken).doesNotContain(CANARY);
  }

  @Test
  void tryOn_noDatabase_checksTheFilesAlone(Vertx vertx) {
    Room room = new Room(vertx);

    assertThat(tryOnStored(room, null, Room.file("a", Room.DEMO), Room.file("b", Room.DEMO)))
        .isEqualTo(new Trial(null, List.of(), false, List.of()));
  }

  private static Room started(Vertx vertx, SchemaFile... files) {
    return new Room(vertx).start(files);
  }

  private Trial tryOn(Room room, SchemaFile... files) {
    return tryOnStored(room, room.call(StorageRoutes.LOAD, new LoadStored()), files);
  }

  private Trial tryOnStored(Room room, Stored stored, SchemaFile... files) {
    return Room.await(
        SettingsVerticle.tryOn(
            room.vertx, new SettingsVerticle.Options(List.of(files), environment, 60, 24), stored));
  }

  /** What a start on the same storage fails with. */
  private static String startFault(Room room, SchemaFile... files) {
    Vertx other = Vertx.vertx();
    try {
      Room again = new Room(other, room.storage);
      again.environment.putAll(room.environment);
      Throwable failure = catchThrowable(() -> again.start(files));
      assertThat(failure).isInstanceOf(IllegalArgumentException.class);
      return failure.getMessage();
    } finally {
      Room.await(other.close());
    }
  }

  /** What a start on the same storage says of it. */
  private static List<String> startBreaks(Room room, SchemaFile... files) {
    Vertx other = Vertx.vertx();
    try {
      Room again = new Room(other, room.storage).start(files);
      again.awaitStanding(standing -> !standing.breaks().isEmpty());
      return again.standing().breaks();
    } finally {
      Room.await(other.close());
    }
  }
}

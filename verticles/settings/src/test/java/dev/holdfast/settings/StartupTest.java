package dev.holdfast.settings;

import static dev.holdfast.settings.Room.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.FailureCode;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.SchemaWrite;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.settings.SettingsVerticle.SchemaFile;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class StartupTest {
  private static final String LEVEL = "'level': {'type':'integer','default':%d,'maximum':%d}";

  @Test
  void start_newDatabase_seedsAllInOneChange(Vertx vertx) {
    Room room = new Room(vertx).start(Room.file("b", Room.DEMO), Room.file("a", Room.DEMO));

    assertThat(room.storage.commits).hasSize(1);
    CommitChange seed = room.storage.commits.get(0);
    assertThat(seed.author()).isEqualTo("system");
    assertThat(seed.reason()).isEqualTo("defaults");
    assertThat(seed.at()).isEqualTo(Room.NOW);
    assertThat(seed.writes()).allMatch(write -> write.history().isEmpty());
    ServiceWrite.Put put = (ServiceWrite.Put) seed.writes().get(0);
    assertThat(put.items()).hasSize(4);
    assertThat(put.stored().canonical()).isEqualTo("{\"level\":3,\"mode\":\"a\",\"url\":null}");
    assertThat(room.state().services())
        .extracting(ServiceSnapshot::service)
        .containsExactly("a", "b");
    assertThat(room.state().services()).allMatch(service -> service.version() == 1);
    assertThat(room.state().schemaVersion()).isEqualTo(1);
    assertThat(room.storage.checked).containsExactly("id-1");
  }

  @Test
  void start_again_changesNothing(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));
    restart(room, Room.file("demo", Room.DEMO));
    assertThat(room.storage.commits).hasSize(1);
  }

  @Test
  void start_otherDescription_growsTheModelOnly(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));
    restart(room, Room.file("demo", Room.DEMO.replace("Level", "How loud")));
    assertThat(room.storage.revision).isEqualTo(1);
    assertThat(room.storage.schemaVersion).isEqualTo(2);
    assertThat(room.state().schemaVersion()).isEqualTo(2);
    assertThat(room.service("demo").version()).isEqualTo(1);
  }

  @Test
  void start_aSettingBecameASecret_isSealedAndRedacted(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", "'pin': {'type':'string','default':''}"));
    room.put("demo", 1, "{'pin': 'canary-pin'}");
    restart(room, Room.file("demo", "'pin': {'type':'string','x-secret':true}"));
    assertThat(room.service("demo").version()).isEqualTo(3);
    assertThat(room.service("demo").secretIsSet("pin")).isTrue();
    ServiceWrite.Put put = (ServiceWrite.Put) room.storage.commits.get(2).writes().get(0);
    assertThat(put.redactedKeys()).containsExactly("pin");
    assertThat(put.toString()).doesNotContain("canary-pin");
  }

  @Test
  void start_otherDefault_reachesWhatNobodySet(Vertx vertx) {
    Room room =
        started(
            vertx,
            Room.file(
                "demo", LEVEL.formatted(3, 10) + ", 'gone': {'type':'boolean','default':true}"),
            Room.file("kept", LEVEL.formatted(3, 10)));
    room.put("kept", 1, "{'level': 4}");
    restart(
        room,
        Room.file("demo", LEVEL.formatted(5, 10) + ", 'extra': {'type':'string','default':'x'}"),
        Room.file("kept", LEVEL.formatted(5, 10)));

    assertThat(room.service("demo").version()).isEqualTo(2);
    assertThat(room.service("demo").effective().canonical())
        .isEqualTo("{\"extra\":\"x\",\"level\":5}");
    assertThat(room.service("demo").setKeys()).isEmpty();
    assertThat(room.service("kept").version()).isEqualTo(2);
    assertThat(room.service("kept").effective().get("level")).isEqualTo(4L);
    CommitChange change = room.storage.commits.get(2);
    assertThat(change.reason()).isEqualTo("schema");
    assertThat(change.author()).isEqualTo("system");
    ServiceWrite.Put put = (ServiceWrite.Put) change.writes().get(0);
    assertThat(put.history())
        .containsExactly(
            new Difference("extra", null, "x"),
            new Difference("gone", true, null),
            new Difference("level", 3L, 5L));
    assertThat(put.removedKeys()).containsExactly("gone");
  }

  @Test
  void start_storedNoLongerFits_isReadOnlyAndNamesAllOfIt(Vertx vertx) {
    Room room =
        started(
            vertx,
            Room.file("a", LEVEL.formatted(3, 10) + ",'b':{'type':'string'}"),
            Room.file("c", LEVEL.formatted(3, 10)));
    room.put("a", 1, "{'level': 9, 'b': 'x'}");
    room.put("c", 1, "{'level': 8}");
    undeploy(room);
    int commits = room.storage.commits.size();
    room.start(Room.file("a", LEVEL.formatted(3, 5)), Room.file("c", LEVEL.formatted(3, 5)));
    assertThat(room.standing().adopted()).isFalse();
    assertThat(room.standing().breaks())
        .containsExactly(
            "a: b: unknown key (expected: one of level)",
            "a: level: 9 (expected: <= 5)",
            "c: level: 8 (expected: <= 5)");
    assertThat(room.service("a").effective().get("level")).isEqualTo(9L);
    failure(() -> room.put("c", 2, "{'level': 1}"), FailureCode.READ_ONLY);
    assertThat(room.storage.commits).hasSize(commits);
  }

  @Test
  void start_schemaFileGone_servesWhatIsStoredReadOnly(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));
    room.put("demo", 1, "{'level': 9}");
    undeploy(room);
    room.start();
    assertThat(room.standing().breaks().get(0)).contains("demo: there is no schema");
    assertThat(room.service("demo").effective().get("level")).isEqualTo(9L);
    assertThat(room.service("demo").version()).isEqualTo(2);
  }

  @Test
  void start_deletedService_isNotSeededAgain_newOneIs(Vertx vertx) {
    Room room = started(vertx, Room.file("demo", Room.DEMO));
    room.delete("demo", 1);
    restart(room, Room.file("demo", Room.DEMO), Room.file("fresh", Room.DEMO));
    assertThat(room.state().services())
        .extracting(ServiceSnapshot::service)
        .containsExactly("fresh");
    assertThat(room.state().tombstones()).hasSize(1);
    assertThat(room.service("fresh").version()).isEqualTo(1);
  }

  @Test
  void start_requiredWithoutDefault_waitsForAPut(Vertx vertx) {
    SchemaFile file =
        new SchemaFile(
            "demo",
            SchemaOrigin.DIRECTORY,
            "demo.json",
            "{\"type\":\"object\",\"required\":[\"h\"],\"properties\":{\"h\":{\"type\":\"string\"}}}");
    Room room = started(vertx, file);
    assertThat(room.state().services()).isEmpty();
    failure(() -> room.put("demo", 0, "{}"), FailureCode.INVALID);
    assertThat(room.put("demo", 0, "{'h': 'x'}").version()).isEqualTo(1);
  }

  @Test
  void start_schemasOfSeveralOrigins_strongestWins(Vertx vertx) {
    FakeStorage storage = new FakeStorage();
    storage.schemas.put("reg", write("reg", SchemaOrigin.REGISTERED));
    storage.schemas.put("dir", write("dir", SchemaOrigin.REGISTERED));
    storage.schemas.put("free", new SchemaWrite("free", SchemaOrigin.UNTYPED, "{}"));
    storage.schemas.put("typed", new SchemaWrite("typed", SchemaOrigin.UNTYPED, "{}"));
    Room room =
        new Room(vertx, storage)
            .start(
                Room.file("reg", LEVEL.formatted(1, 9)),
                Room.file("dir", LEVEL.formatted(1, 9)),
                Room.file("dir", SchemaOrigin.DIRECTORY, LEVEL.formatted(2, 9)),
                Room.file("typed", LEVEL.formatted(3, 9)));
    assertThat(room.service("reg").schema().origin()).isEqualTo(SchemaOrigin.REGISTERED);
    assertThat(room.service("reg").effective().get("level")).isEqualTo(7L);
    assertThat(room.service("dir").schema().origin()).isEqualTo(SchemaOrigin.DIRECTORY);
    assertThat(room.service("dir").effective().get("level")).isEqualTo(2L);
    assertThat(room.service("typed").schema().origin()).isEqualTo(SchemaOrigin.SHIPPED);
  }

  @Test
  void start_schemaFaults_areAllNamedWithTheirFile(Vertx vertx) {
    Room room = new Room(vertx);
    assertThatThrownBy(
            () ->
                Room.await(
                    room.deploy(
                        Room.file("a", "'x':{'type':'integer','minumum':1}"),
                        Room.file("b", "'y':{'type':'strin'}"),
                        new SchemaFile("c", SchemaOrigin.DIRECTORY, "c.json", "{"),
                        new SchemaFile("D", SchemaOrigin.DIRECTORY, "D.json", "{}"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("schemas/a.json: x: unknown keyword \"minumum\"")
        .hasMessageContaining("schemas/b.json: y: type: \"strin\"")
        .hasMessageContaining("c.json: document: not JSON")
        .hasMessageContaining("D.json: service: \"D\"");
  }

  @Test
  void start_twoSettingsOfOneVariable_areRefused(Vertx vertx) {
    Room room = new Room(vertx);
    assertThatThrownBy(
            () ->
                Room.await(
                    room.deploy(
                        Room.file("a", "'x':{'type':'string','x-env':'B_Y'}"),
                        Room.file("b", "'y':{'type':'string'}"))))
        .hasMessageContaining(
            "schemas/b.json: y: the environment variable B_Y is already that of schemas/a.json: x");
  }

  @Test
  void start_otherKeyBytes_fails(Vertx vertx) {
    FakeStorage storage = new FakeStorage();
    storage.keysKnown = false;
    Room room = new Room(vertx, storage);
    failure(() -> Room.await(room.deploy()), FailureCode.CONFLICT);
    assertThat(storage.commits).isEmpty();
  }

  @Test
  void modelHash_isOverCanonicalDocumentsInOrderOfName() {
    CompiledSchema b = CompiledSchema.untyped("b");
    CompiledSchema a = CompiledSchema.untyped("a");
    // printf '{"a":{},"b":{}}' | sha256sum
    assertThat(ModelHash.of(List.of(b, a)))
        .isEqualTo("346bacc8b8de9f6d8bf1d0f47846692fa571658eb9a6ac2008e8e6628a090fc9");
  }

  private static SchemaWrite write(String service, SchemaOrigin origin) {
    return new SchemaWrite(service, origin, Json.schema(LEVEL.formatted(7, 9)));
  }

  private static Room started(Vertx vertx, SchemaFile... files) {
    return new Room(vertx).start(files);
  }

  private static void undeploy(Room room) {
    room.vertx.deploymentIDs().forEach(id -> Room.await(room.vertx.undeploy(id)));
  }

  private static void restart(Room room, SchemaFile... files) {
    undeploy(room);
    room.start(files);
  }
}

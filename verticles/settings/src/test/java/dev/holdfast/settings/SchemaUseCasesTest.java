package dev.holdfast.settings;

import static dev.holdfast.settings.Room.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.settings.GetSchemas;
import dev.holdfast.messages.settings.PutSchema;
import dev.holdfast.messages.settings.Schemas;
import dev.holdfast.messages.settings.SettingsRoutes;
import dev.holdfast.messages.storage.CommitChange;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.SchemaOrigin;
import dev.holdfast.model.SecretValue;
import dev.holdfast.model.ServiceSchema;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SchemaUseCasesTest {
  private static final String LEVEL = "'level': {'type':'integer','default':3,'maximum':10}";

  private Room room;

  @BeforeEach
  void deploy(Vertx vertx) {
    room =
        new Room(vertx)
            .start(Room.file("demo", LEVEL), Room.file("held", SchemaOrigin.DIRECTORY, LEVEL));
  }

  @Test
  void putSchema_newService_isMadeWithDefaults() {
    ChangeResult result = room.putSchema("fresh", LEVEL);
    assertThat(result.version()).isEqualTo(1);
    assertThat(room.service("fresh").effective().canonical()).isEqualTo("{\"level\":3}");
    assertThat(room.service("fresh").schema().origin()).isEqualTo(SchemaOrigin.REGISTERED);
    CommitChange commit = last();
    assertThat(commit.reason()).isEqualTo("schema");
    assertThat(commit.author()).isEqualTo("ann");
    assertThat(commit.writes().get(0).history()).isEmpty();
    Schemas schemas = room.call(SettingsRoutes.SCHEMAS, new GetSchemas());
    assertThat(commit.modelHash()).isEqualTo(schemas.modelHash());
    assertThat(schemas.schemas())
        .extracting(ServiceSchema::service)
        .containsExactly("demo", "fresh", "held");
    assertThat(schemas.schemaVersion()).isEqualTo(2);
  }

  @Test
  void putSchema_sameDocument_changesNothing() {
    ChangeResult result = room.putSchema("demo", LEVEL);
    assertThat(result.message()).isEqualTo("nothing changed");
    assertThat(result.version()).isEqualTo(1);
    assertThat(room.storage.commits).hasSize(1);
  }

  @Test
  void putSchema_otherDescriptionOnly_growsTheVersion() {
    ChangeResult result =
        room.putSchema(
            "demo", "'level': {'type':'integer','default':3,'maximum':10,'description':'d'}");
    assertThat(result.version()).isEqualTo(2);
    assertThat(result.differences()).isEmpty();
    assertThat(room.service("demo").schema().fields().get(0).description()).isEqualTo("d");
    ServiceWrite.Put put = (ServiceWrite.Put) last().writes().get(0);
    assertThat(put.items().get(0).field().description()).isEqualTo("d");
  }

  @Test
  void putSchema_addsAndRemovesFields_rowsFollow() {
    room.putSchema("demo", LEVEL + ",'s':{'type':'string','x-secret':true}");
    ChangeResult result = room.putSchema("demo", LEVEL + ",'t':{'type':'string','default':'x'}");
    assertThat(result.differences()).containsExactly(new Difference("t", null, "x"));
    ServiceWrite.Put put = (ServiceWrite.Put) last().writes().get(0);
    assertThat(put.removedKeys()).containsExactly("s");
  }

  @Test
  void putSchema_breaksWhatIsStored_failsConflictWithTheList() {
    room.putSchema("demo", LEVEL + ",'n':{'type':'string','default':''}");
    room.put("demo", 2, "{'level': 9, 'n': 'set'}");
    BusFailure failure =
        failure(
            () -> room.putSchema("demo", "'level': {'type':'integer','default':3,'maximum':5}"),
            FailureCode.CONFLICT);
    assertThat(failure.errors())
        .extracting(FieldError::message)
        .containsExactlyInAnyOrder(
            "level: 9 (expected: <= 5)", "n: unknown key (expected: one of level)");
    assertThat(failure.currentVersion()).isNull();
    assertThat(room.service("demo").version()).isEqualTo(3);
  }

  @Test
  void putSchema_makesANumberASecret_failsConflict() {
    room.put("demo", 1, "{'level': 4}");
    BusFailure failure =
        failure(
            () -> room.putSchema("demo", "'level': {'type':'string','x-secret':true}"),
            FailureCode.CONFLICT);
    assertThat(failure.errors()).extracting(FieldError::type).containsExactly("type");
  }

  @Test
  void putSchema_putsTheMarkOn_sealsTheValueAndRedactsItsHistory() {
    room.putSchema("demo", LEVEL + ",'pin':{'type':'string','default':''}");
    room.put("demo", 2, "{'pin': 'canary-pin'}");
    ChangeResult result =
        room.putSchema("demo", LEVEL + ",'pin':{'type':'string','x-secret':true}");
    ServiceWrite.Put put = (ServiceWrite.Put) last().writes().get(0);
    assertThat(put.secrets()).containsOnlyKeys("pin");
    assertThat(put.redactedKeys()).containsExactly("pin");
    assertThat(put.stored().has("pin")).isFalse();
    assertThat(put + result.toString()).doesNotContain("canary-pin");
    assertThat(room.service("demo").secretIsSet("pin")).isTrue();
    assertThat(room.service("demo").effective().has("pin")).isFalse();
  }

  @Test
  void putSchema_takesTheMarkOff_dropsTheValue() {
    room.putSchema("demo", LEVEL + ",'pin':{'type':'string','x-secret':true}");
    room.put("demo", 2, "{'pin': 'canary-pin'}");
    ChangeResult result = room.putSchema("demo", LEVEL + ",'pin':{'type':'string','default':'0'}");
    assertThat(result.differences()).containsExactly(new Difference("pin", SecretValue.MASK, "0"));
    ServiceWrite.Put put = (ServiceWrite.Put) last().writes().get(0);
    assertThat(put.removedSecrets()).containsExactly("pin");
    assertThat(put.redactedKeys()).isEmpty();
    assertThat(room.service("demo").secrets()).isEmpty();
    assertThat(room.service("demo").effective().get("pin")).isEqualTo("0");
  }

  @Test
  void putSchema_dropsASetSecret_failsConflict() {
    room.putSchema("demo", LEVEL + ",'pin':{'type':'string','x-secret':true}");
    room.put("demo", 2, "{'pin': 'canary-pin'}");
    BusFailure failure = failure(() -> room.putSchema("demo", LEVEL), FailureCode.CONFLICT);
    assertThat(failure.errors()).extracting(FieldError::field).containsExactly("pin");
    assertThat(failure.detail()).doesNotContain("canary-pin");
  }

  @Test
  void putSchema_heldByAFile_failsConflict() {
    BusFailure failure = failure(() -> room.putSchema("held", LEVEL), FailureCode.CONFLICT);
    assertThat(failure.detail()).contains("held by /etc/schemas/held.json");
  }

  @Test
  void putSchema_faults_areInvalid() {
    BusFailure failure =
        failure(
            () -> room.putSchema("demo", "'a':{'type':'integer','maxmum':1}"), FailureCode.INVALID);
    assertThat(failure.errors())
        .containsExactly(
            new FieldError(
                "a", "a: unknown keyword \"maxmum\" (did you mean \"maximum\"?)", "schema"));
  }

  @Test
  void putSchema_requiredWithoutDefault_registersOnly() {
    ChangeResult result =
        room.call(
            SettingsRoutes.PUT_SCHEMA,
            new PutSchema(
                "later",
                Json.map("{'type':'object','required':['h'],'properties':{'h':{'type':'string'}}}"),
                Room.ANN));
    assertThat(result.version()).isZero();
    assertThat(room.storage.schemas).containsKey("later");
    assertThat(room.put("later", 0, "{'h':'x'}").version()).isEqualTo(1);
    assertThat(room.revisionsUpTo(2)).containsExactly(1L, 2L);
  }

  @Test
  void putSchema_ofAnUntypedService_makesItTypedWhereValuesFit() {
    room.putUntyped("free", 0, "{'level': 5}");
    failure(() -> room.putSchema("free", "'level':{'type':'string'}"), FailureCode.CONFLICT);
    room.putSchema("free", LEVEL + ",'m':{'type':'boolean','default':true}");
    assertThat(room.service("free").schema().untyped()).isFalse();
    assertThat(room.service("free").setKeys()).containsExactly("level");
    assertThat(room.service("free").effective().canonical()).isEqualTo("{\"level\":5,\"m\":true}");
    failure(() -> room.patch("free", 2, "{'z': 1}"), FailureCode.INVALID);
  }

  @Test
  void putSchema_severalAtOnce_endOnTheRightModelHash() {
    List<Future<ChangeResult>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(
          room.bus.call(
              SettingsRoutes.PUT_SCHEMA,
              new PutSchema("s" + i, Json.map(Json.schema(LEVEL)), Room.ANN)));
      all.add(room.bus.call(SettingsRoutes.PUT, Room.putting("u" + i, 0, "{'a': 1}", true, false)));
    }
    Room.await(Future.all(all));
    Schemas schemas = room.call(SettingsRoutes.SCHEMAS, new GetSchemas());
    assertThat(schemas.schemas()).hasSize(22);
    assertThat(room.storage.modelHash).isEqualTo(schemas.modelHash());
  }

  private CommitChange last() {
    return room.storage.commits.get(room.storage.commits.size() - 1);
  }
}

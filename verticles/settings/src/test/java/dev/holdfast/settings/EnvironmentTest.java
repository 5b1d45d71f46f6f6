package dev.holdfast.settings;

import static dev.holdfast.settings.Room.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.bus.FieldError;
import dev.holdfast.messages.settings.ChangeResult;
import dev.holdfast.messages.settings.Difference;
import dev.holdfast.messages.storage.ServiceWrite;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Source;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class EnvironmentTest {
  private static final String PROPERTIES =
      """
      'level': {'type':'integer','minimum':0,'maximum':10,'default':3},
      'ratio': {'type':'number','default':0.5},
      'on': {'type':'boolean','default':false},
      'mode': {'enum':['a','b'],'default':'a','x-env':'MODE_OF_DEMO'},
      'token': {'type':'string','x-secret':true,'minLength':4}
      """;

  private static Environment read(Map<String, String> variables) {
    return Environment.read(variables, List.of(Json.compile(PROPERTIES)));
  }

  @ParameterizedTest
  @CsvSource({
    "DEMO_LEVEL, 7, level, 7",
    "DEMO_RATIO, 1e-2, ratio, 0.01",
    "DEMO_RATIO, 2, ratio, 2",
    "DEMO_ON, True, on, true",
    "MODE_OF_DEMO, b, mode, b"
  })
  void read_legal_isTyped(String name, String text, String key, String canonical) {
    var held = read(Map.of(name, text)).of(Json.compile(PROPERTIES));
    assertThat(String.valueOf(held.values().get(key))).isEqualTo(canonical);
    assertThat(held.variable(key)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "DEMO_LEVEL, 7.5, an integer",
    "DEMO_LEVEL, eleventy, an integer",
    "DEMO_LEVEL, 11, 0 to 10",
    "DEMO_ON, yes, true or false",
    "MODE_OF_DEMO, canary, one of a",
    "DEMO_TOKEN, abc, 4"
  })
  void read_illegal_namesVariableAndForm_neverTheValue(String name, String text, String form) {
    assertThatThrownBy(() -> read(Map.of(name, text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name + ": not for demo")
        .hasMessageContaining(form)
        .hasMessageNotContaining(text + " (")
        .hasMessageNotContaining("\"" + text);
  }

  @Test
  void start_withAVariable_standsOverWhatIsStored(Vertx vertx) {
    Room room = new Room(vertx);
    room.environment.put("DEMO_LEVEL", "9");
    room.environment.put("DEMO_TOKEN", "canary-env");
    room.start(Room.file("demo", PROPERTIES));
    ServiceSnapshot snapshot = room.service("demo");
    assertThat(snapshot.effective().get("level")).isEqualTo(9L);
    assertThat(snapshot.source("level")).isEqualTo(Source.ENV);
    assertThat(snapshot.source("token")).isEqualTo(Source.ENV);
    assertThat(snapshot.secretIsSet("token")).isTrue();
    assertThat(snapshot.version()).isEqualTo(1);
    ServiceWrite.Put put = (ServiceWrite.Put) room.storage.commits.get(0).writes().get(0);
    assertThat(put.stored().get("level")).isEqualTo(3L);
    assertThat(put.environment()).isNotEmpty();
    assertThat(snapshot + room.storage.commits.toString()).doesNotContain("canary-env");
  }

  @Test
  void put_heldKey_takesItsPresentValueOnly(Vertx vertx) {
    Room room = new Room(vertx);
    room.environment.put("DEMO_LEVEL", "9");
    room.start(Room.file("demo", PROPERTIES));
    ChangeResult result = room.put("demo", 1, "{'level': 9, 'ratio': 0.7}");
    assertThat(result.differences()).containsExactly(new Difference("ratio", 0.5, 0.7));
    BusFailure failure = failure(() -> room.patch("demo", 2, "{'level': 8}"), FailureCode.INVALID);
    assertThat(failure.errors()).extracting(FieldError::type).containsExactly("environment");
    assertThat(failure.detail()).contains("DEMO_LEVEL");
    failure(() -> room.patch("demo", 2, "{'level': null}"), FailureCode.INVALID);
    assertThat(room.service("demo").effective().get("level")).isEqualTo(9L);
  }

  @Test
  void restart_otherVariable_makesAVersion(Vertx vertx) {
    FakeStorage storage = new FakeStorage();
    Room room = new Room(vertx, storage);
    room.environment.put("DEMO_LEVEL", "9");
    String id = Room.await(room.deploy(Room.file("demo", PROPERTIES)));
    Room.await(vertx.undeploy(id));

    id = Room.await(room.deploy(Room.file("demo", PROPERTIES)));
    assertThat(room.service("demo").version()).isEqualTo(1);
    Room.await(vertx.undeploy(id));

    room.environment.put("DEMO_LEVEL", "8");
    id = Room.await(room.deploy(Room.file("demo", PROPERTIES)));
    assertThat(room.service("demo").version()).isEqualTo(2);
    assertThat(room.service("demo").effective().get("level")).isEqualTo(8L);
    Room.await(vertx.undeploy(id));

    room.environment.clear();
    room.start(Room.file("demo", PROPERTIES));
    assertThat(room.service("demo").version()).isEqualTo(3);
    assertThat(room.service("demo").effective().get("level")).isEqualTo(3L);
    assertThat(storage.history).isEmpty();
  }

  @Test
  void registeredSchema_drawsOnNothing(Vertx vertx) {
    Room room = new Room(vertx);
    room.environment.put("DEMO_LEVEL", "9");
    room.start();
    room.putSchema("demo", PROPERTIES);
    assertThat(room.service("demo").effective().get("level")).isEqualTo(3L);
    assertThat(room.service("demo").source("level")).isEqualTo(Source.DEFAULT);
  }
}

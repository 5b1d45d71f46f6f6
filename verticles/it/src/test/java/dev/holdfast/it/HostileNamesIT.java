package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that would be paths, topics or statements, in every place where a name can stand. */
class HostileNamesIT {
  @TempDir Path folder;

  /** A request that carries a name; {@code NAME} is where. */
  private record Place(String method, String target, String body) {}

  private static final List<Place> PLACES =
      List.of(
          new Place("GET", "services/NAME", null),
          new Place("PUT", "services/NAME", "{\"version\":0,\"config\":{}}"),
          new Place("PATCH", "services/NAME?version=1", "{}"),
          new Place("DELETE", "services/NAME?version=1", null),
          new Place("PUT", "services/NAME?untyped=true", "{\"version\":0,\"config\":{}}"),
          new Place("PUT", "services/tts-worker/secrets/NAME", "{\"value\":\"x\"}"),
          new Place("DELETE", "services/tts-worker/secrets/NAME", null),
          new Place("POST", "services/tts-worker/secrets/NAME/reveal", "{\"reason\":\"x\"}"),
          new Place("PUT", "services/NAME/secrets/eleven_api_key", "{\"value\":\"x\"}"),
          new Place("GET", "schemas/NAME", null),
          new Place("PUT", "schemas/NAME", "{\"type\":\"object\",\"properties\":{}}"),
          new Place("GET", "history?service=NAME", null),
          new Place("GET", "audit?service=NAME", null),
          new Place("GET", "events?services=NAME", null));

  @Test
  void name_hostileInEveryEncoding_opensNothing() throws Exception {
    Map<String, String> tokens =
        Map.of("CONFIG_API_TOKENS", TestToken.entry("admin", "config.write:admin"));
    try (ManagerProcess manager = ManagerProcess.start(folder, tokens)) {
      warmUp(manager);
      Set<String> before = listing();
      Process trace = trace(manager);
      int asked = 0;
      List<String> names = HostileNames.encodings();
      assertThat(names).hasSizeGreaterThan(250);
      for (int i = 0; i < names.size(); i++) {
        for (int step = 0; step < 2; step++) {
          refuse(manager, PLACES.get((i + step * 5) % PLACES.size()), names.get(i));
          asked++;
        }
      }
      assertThat(asked).isGreaterThan(500);
      for (String name : HostileNames.NASTY) {
        refuseInBody(manager, name);
      }
      assertThat(listing()).isEqualTo(before);
      change(manager);
      if (trace != null) {
        trace.destroy();
        assertThat(trace.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ManagerProcess.text(folder.resolve("opened.txt")))
            .as("the trace sees what a change opens")
            .contains(folder.toRealPath().resolve("data/config/").toString());
        assertThat(openedElsewhere()).isEmpty();
      }
      assertThat(services(manager)).containsExactlyInAnyOrder(SEVEN);
    }
  }

  private static final Object[] SEVEN = {
    "camera", "llm-worker", "memory-worker", "router", "stt-worker", "tts-worker", "wake-activation"
  };

  private static void refuse(ManagerProcess manager, Place place, String name) throws IOException {
    String target = "/api/config/" + place.target().replace("NAME", name);
    byte[] body = place.body() == null ? new byte[0] : place.body().getBytes(UTF_8);
    Map<String, String> headers =
        Map.of("X-API-Token", TestToken.of("admin"), "Content-Type", "application/json");
    try (Wire wire = Wire.to(manager)) {
      Wire.Reply reply = wire.send(place.method(), target, headers, body);
      assertThat(reply.status()).as(place.method() + " " + target + reply.body()).isIn(400, 404);
      assertThat(reply.head()).noneMatch(line -> line.startsWith("X-Evil"));
      assertThat(reply.body()).doesNotContain("root:", "\"config\"");
    }
  }

  private static void refuseInBody(ManagerProcess manager, String name) throws IOException {
    Map<String, String> bodies =
        Map.of(
            "/api/config/search",
            new JsonObject().put("query", "v").put("service_filter", name).encode(),
            "/api/config/history/restore",
            new JsonObject().put("service", name).put("history_entries", List.of(1)).encode());
    for (Map.Entry<String, String> each : bodies.entrySet()) {
      Wire.Reply reply =
          Wire.once(manager, "POST", each.getKey(), TestToken.header("admin"), each.getValue());
      assertThat(reply.status()).as(each.getValue() + reply.body()).isEqualTo(400);
    }
    String patch = new JsonObject().put(name, 1).encode();
    Wire.Reply reply =
        Wire.once(
            manager,
            "PATCH",
            "/api/config/services/router?version=1",
            TestToken.header("admin"),
            patch);
    assertThat(reply.status()).as(patch + reply.body()).isIn(400, 422);
  }

  /** Each call once in its legal form, so that all classes are loaded and all files open. */
  private static void warmUp(ManagerProcess manager) throws IOException {
    for (Place place : PLACES) {
      for (String name : List.of("absent", "no..such")) {
        Wire.once(
                manager,
                place.method().equals("PUT") ? "GET" : place.method(),
                "/api/config/" + place.target().replace("NAME", name),
                TestToken.header("admin"),
                place.body())
            .status();
      }
    }
  }

  /** A legal change, which the cache on disk follows. */
  private static void change(ManagerProcess manager) throws Exception {
    String patch = "{\"router_wake_ack_text\":\"changed\"}";
    String path = "/api/config/services/router?version=1";
    assertThat(Wire.once(manager, "PATCH", path, TestToken.header("admin"), patch).status())
        .isEqualTo(200);
    await().until(() -> ManagerProcess.text(manager.data("config.lkg.json")).contains("changed"));
  }

  private static List<Object> services(ManagerProcess manager) throws IOException {
    return Wire.once(manager, "GET", "/api/config/services", TestToken.header("admin"), null)
        .json()
        .getJsonArray("services")
        .stream()
        .toList();
  }

  /** Every file of the folder but those of the trace. */
  private Set<String> listing() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(folder::relativize)
          .map(Path::toString)
          .filter(name -> !name.startsWith("opened"))
          .collect(Collectors.toSet());
    }
  }

  /** What the process opens from here on, where strace is there and may look. */
  private Process trace(ManagerProcess manager) throws Exception {
    Path strace = ManagerProcess.find("strace");
    if (strace == null) {
      return null;
    }
    List<String> command =
        new ArrayList<>(List.of(strace.toString(), "-f", "-s", "4096", "-o", "opened.txt"));
    command.addAll(List.of("-e", "trace=open,openat,openat2,creat,mkdir,mkdirat,rename,unlink"));
    command.addAll(List.of("-p", String.valueOf(manager.pid())));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("opened.err").toFile())
            .start();
    await()
        .until(
            () ->
                !process.isAlive()
                    || ManagerProcess.text(folder.resolve("opened.err")).contains("attached"));
    return process.isAlive() ? process : null;
  }

  /** The paths that were opened outside the data folder and the machine's own. */
  private List<String> openedElsewhere() throws IOException {
    Pattern quoted = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    List<String> elsewhere = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("opened.txt"), ISO_8859_1)) {
      Matcher path = quoted.matcher(line);
      while (path.find()) {
        String opened = path.group(1);
        if (opened.contains("..")
            || !opened.matches(
                "(?:" + Pattern.quote(folder.toRealPath().toString()) + "|/proc/|/sys/|/dev/).*")) {
          elsewhere.add(line);
        }
      }
    }
    return elsewhere;
  }
}

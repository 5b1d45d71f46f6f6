package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that registers every address there is, and sends to the internal ones. */
class ClusterRogueIT {
  private static final String CANARY = "canary-of-the-rogue-test-81542";

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static ClusterMember rogue;
  private static Tokens tokens;
  private static int port;
  private static final List<String> HEARD = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    tokens = Tokens.write(folder);
    port = ClusterMember.freePorts();
    manager = ManagerProcess.startInCluster(folder, ClusterMember.at(port));
    rogue = ClusterMember.join(folder, port);
    rogue.awaitAnswer(tokens.of("rita"), Duration.ofSeconds(30));
    List<Future<Void>> registered = new ArrayList<>();
    for (String address : internal()) {
      var consumer = rogue.vertx.eventBus().consumer(address);
      consumer.handler(
          message -> {
            HEARD.add(address);
            message.reply(new JsonObject().put("forged", true));
          });
      registered.add(consumer.completion());
    }
    ClusterMember.get(Future.all(registered));
  }

  @AfterAll
  static void stop() {
    rogue.close();
    manager.close();
  }

  /** The addresses of every route and topic that the language knows, from its own classes. */
  private static Set<String> internal() throws Exception {
    Path language = ManagerProcess.ROOT.resolve("eventbus-codecs/target/classes");
    Set<String> addresses = new TreeSet<>();
    try (URLClassLoader loader =
            new URLClassLoader(
                new URL[] {language.toUri().toURL()}, ClusterRogueIT.class.getClassLoader());
        Stream<Path> files = Files.walk(language)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String name = language.relativize(file).toString().replace('/', '.');
        Class<?> type = loader.loadClass(name.substring(0, name.length() - ".class".length()));
        for (Field field : type.getFields()) {
          String kind = field.getType().getSimpleName();
          if (Modifier.isStatic(field.getModifiers())
              && (kind.equals("Route") || kind.equals("Topic"))) {
            Object constant = field.get(null);
            addresses.add(
                String.valueOf(constant.getClass().getMethod("address").invoke(constant)));
          }
        }
      }
    }
    assertThat(addresses).hasSizeGreaterThan(30).contains("settings.put", "settings.changed");
    return addresses;
  }

  @Test
  void internalTraffic_rogueListensOnEveryAddress_hearsAndAnswersNothing() throws Exception {
    String secret = "/api/config/services/tts-worker/secrets/eleven_api_key";
    assertThat(
            manager
                .call("PUT", secret, tokens.of("adam"), "{\"value\":\"" + CANARY + "\"}")
                .statusCode())
        .isEqualTo(200);
    for (int round = 0; round < 10; round++) {
      assertThat(
              manager
                  .call("POST", secret + "/reveal", tokens.of("adam"), "{\"reason\":\"test\"}")
                  .body())
          .contains(CANARY);
      long version = manager.service("router").getLong("version");
      String patch = "{\"router_wake_window_sec\":" + (10 + round) + "}";
      assertThat(manager.patch("router", version, patch).statusCode()).isEqualTo(200);
      assertThat(
              manager
                  .call("POST", "/api/config/search", tokens.of("rita"), "{\"query\":\"vad\"}")
                  .statusCode())
          .isEqualTo(200);
    }
    assertThat(HEARD).isEmpty();
  }

  @Test
  void internalAddress_rogueSendsAFrameToTheBusPort_reachesNoRoom() throws Exception {
    try (Socket socket = new Socket(Wire.address("127.0.0.1"), port + 1)) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      for (String address : internal()) {
        for (boolean send : List.of(true, false)) {
          out.write(frame(address, send));
        }
      }
      // The last one goes to a public address: that it is refused there shows that frames arrive.
      out.write(frame("holdfast.config.services", true));
      out.flush();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  manager
                      .call("GET", "/api/config/audit?limit=20", tokens.of("adam"), null)
                      .body()
                      .contains("\"cluster\""));
    }
    // A room that heard it would fail on the object in place of a record, and log that.
    assertThat(ManagerProcess.text(manager.log()))
        .doesNotContain("ClassCastException")
        .doesNotContain("a subscriber failed")
        .doesNotContain(": failed");
  }

  /** A message with an empty object, as Vert.x 5 writes it, without headers. */
  private static byte[] frame(String address, boolean send) throws IOException {
    var bytes = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(bytes);
    body.writeByte(2); // the protocol
    body.writeByte(13); // the codec of JSON objects
    body.writeByte(send ? 0 : 1);
    text(body, address);
    text(body, "__vertx.reply.nowhere");
    text(body, "rogue");
    body.writeInt(4); // headers: their length alone
    text(body, "{}");
    byte[] whole = bytes.toByteArray();
    var framed = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(framed);
    out.writeInt(whole.length);
    out.write(whole);
    return framed.toByteArray();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}

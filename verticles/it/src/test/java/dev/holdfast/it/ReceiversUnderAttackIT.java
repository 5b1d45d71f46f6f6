package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import dev.holdfast.json.CanonicalJson;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every receiver there is, on a real Mosquitto on which anybody may publish: only what the manager
 * signed counts, once, in order, and for the service that was asked for.
 */
class ReceiversUnderAttackIT {
  private static final String SERVICE = "one";
  private static final long FORGED = 666;
  private static final long SEED = 5;

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<byte[]> answer = new AtomicReference<>();
  private AttackSigner signer;
  private AttackSigner stranger;
  private Process broker;
  private Mqtt3BlockingClient publisher;
  private AttackedReceiver.Place place;

  @BeforeEach
  void start() throws Exception {
    String mosquitto = ManagerProcess.require("mosquitto").toString();
    signer = new AttackSigner();
    stranger = new AttackSigner();
    int port = ManagerProcess.freePort();
    broker =
        new ProcessBuilder(mosquitto, "-p", String.valueOf(port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    publisher = Mqtt3Client.builder().serverHost("127.0.0.1").serverPort(port).buildBlocking();
    await()
        .ignoreExceptions()
        .until(
            () -> {
              publisher.connect();
              return true;
            });
    HttpServer manager =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  byte[] payload = answer.get();
                  if (payload == null) {
                    request.response().setStatusCode(503).end("{}");
                  } else {
                    request.response().end(Buffer.buffer(payload));
                  }
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    // An older key and the one in use: either counts.
    Path pem =
        Files.writeString(
            folder.resolve("public.pem"), new AttackSigner().pem() + signer.pem(), UTF_8);
    place = new AttackedReceiver.Place(folder, port, manager.actualPort(), SERVICE, pem);
  }

  @AfterEach
  void stop() {
    publisher.disconnect();
    broker.destroyForcibly();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @ParameterizedTest
  @EnumSource
  void receiver_attacked_takesOnlyWhatIsGenuineAndNewer(AttackedReceiver.Kind kind)
      throws Exception {
    attack(() -> kind.start(place));
  }

  @ParameterizedTest
  @EnumSource
  void receiver_anotherEpoch_takesItOnceTheManagerSaysIt(AttackedReceiver.Kind kind)
      throws Exception {
    changeEpoch(() -> kind.start(place));
  }

  /** The window is shortened, so that the silence of the old epoch need not last five minutes. */
  @Test
  void python_oldEpochSilent_takesAnotherWithoutTheManager() throws Exception {
    silence(Python.program(), "python/receive.py", "WINDOW = 300", "WINDOW = 3");
  }

  @Test
  void shell_oldEpochSilent_takesAnotherWithoutTheManager() throws Exception {
    silence(bash(), "shell/receive.sh", "window=300", "window=3");
  }

  /** The attacks are worth something only if they hit a receiver that leaves one check out. */
  @ParameterizedTest
  @EnumSource
  void receiver_withoutACheck_isCaught(BrokenReceiver broken) throws Exception {
    String interpreter = broken.isPython() ? Python.program() : bash();
    Path script = broken.write(folder);
    Throwable caught =
        catchThrowable(
            () -> {
              Start start = () -> new AttackedReceiver.Script(place, interpreter, script);
              if (broken.isOfEpochs()) {
                changeEpoch(start);
              } else {
                attack(start);
              }
            });
    assertThat(caught)
        .as("%s is caught with what it should not have taken, not for doing nothing", broken)
        .isNotNull()
        .isNotExactlyInstanceOf(ConditionTimeoutException.class);
    assertThat(Files.readAllLines(folder.resolve("taken.txt")))
        .as("it runs, and takes the first update")
        .first(STRING)
        .startsWith("applied ");
    assertThat(folder.resolve("refused.txt")).content().doesNotContain("Traceback", "syntax error");
  }

  private void attack(Start start) throws Exception {
    try (AttackedReceiver receiver = start.start()) {
      publish(honest(1), true);
      awaitTaken(receiver, 1);
      List<Long> expected = new ArrayList<>(List.of(1L));
      List<byte[]> earlier = new ArrayList<>(List.of(honest(1)));
      Random random = new Random(SEED);
      List<byte[]> attacks = attacks(random);
      for (int i = 0; i < attacks.size(); i++) {
        publish(attacks.get(i), random.nextInt(10) == 0);
        if (i % 10 == 9) {
          long version = 2L + i / 10;
          byte[] next = honest(version);
          publish(next, true);
          publish(next, false);
          publish(earlier.get(random.nextInt(earlier.size())), false);
          earlier.add(next);
          expected.add(version);
        }
      }
      publish(honest(1_000), true);
      awaitTaken(receiver, 1_000);
      publish(honest(999), false);
      publish(honest(1_001), true);
      awaitTaken(receiver, 1_001);
      expected.addAll(List.of(1_000L, 1_001L));
      assertHonest(receiver.taken());
      // Clients may leave out a state that a newer one has overtaken; the examples take each.
      if (receiver instanceof AttackedReceiver.Script) {
        assertThat(receiver.taken()).isEqualTo(expected);
      } else {
        assertThat(expected).containsAll(receiver.taken());
      }
    }
    // It starts again: what is still fresh, but older, does not count, and it is the first it
    // meets.
    publish(honest(1_000), true);
    try (AttackedReceiver receiver = start.start()) {
      TimeUnit.SECONDS.sleep(1);
      publish(honest(500), false);
      publish(honest(1_002), true);
      awaitTaken(receiver, 1_002);
      List<Long> taken = receiver.taken();
      assertHonest(taken.subList(Math.max(0, taken.lastIndexOf(1_001L)), taken.size()));
      assertThat(taken.stream().filter(Predicate.isEqual(1_000L)).count()).isLessThanOrEqualTo(1);
    }
  }

  private void changeEpoch(Start start) throws Exception {
    try (AttackedReceiver receiver = start.start()) {
      publish(honest(5), true);
      awaitTaken(receiver, 5);
      byte[] other = update(SERVICE, 9, AttackSigner.OTHER_EPOCH, Instant.now(), 9);
      publish(other, false);
      publish(honest(6), true);
      awaitTaken(receiver, 6);
      assertThat(receiver.taken()).doesNotContain(9L);

      answer.set(honest(6));
      publish(other, false);
      publish(honest(7), true);
      awaitTaken(receiver, 7);
      assertThat(receiver.taken()).doesNotContain(9L);

      // Nor does it fall for a manager that cannot be believed.
      for (byte[] bad :
          List.of(
              new byte[0],
              "{}".getBytes(UTF_8),
              stranger.update(
                  SERVICE, 9, AttackSigner.OTHER_EPOCH, Instant.now(), Map.of("a", FORGED)),
              update("two", 9, AttackSigner.OTHER_EPOCH, Instant.now(), FORGED),
              update(
                  SERVICE, 9, AttackSigner.OTHER_EPOCH, Instant.now().minusSeconds(330), FORGED))) {
        answer.set(bad);
        publish(other, false);
        TimeUnit.MILLISECONDS.sleep(200);
      }
      answer.set(honest(7));
      publish(honest(8), true);
      awaitTaken(receiver, 8);
      assertThat(receiver.taken()).doesNotContain(9L, FORGED);

      answer.set(other);
      publish(other, true);
      awaitTaken(receiver, 9);
      publish(honest(11), false);
      publish(update(SERVICE, 10, AttackSigner.OTHER_EPOCH, Instant.now(), 10), true);
      awaitTaken(receiver, 10);
      assertThat(receiver.taken()).doesNotContain(11L, FORGED);
    }
  }

  private void silence(String interpreter, String example, String window, String shorter)
      throws Exception {
    String source = Files.readString(AttackedReceiver.Script.EXAMPLES.resolve(example));
    assertThat(source).containsOnlyOnce(window);
    Path script =
        Files.writeString(folder.resolve("impatient"), source.replace(window, shorter), UTF_8);
    try (AttackedReceiver receiver = new AttackedReceiver.Script(place, interpreter, script)) {
      publish(honest(5), true);
      awaitTaken(receiver, 5);
      publish(update(SERVICE, 8, AttackSigner.OTHER_EPOCH, Instant.now(), 8), false);
      publish(honest(6), true);
      awaitTaken(receiver, 6);
      TimeUnit.SECONDS.sleep(5);
      publish(update(SERVICE, 1, AttackSigner.OTHER_EPOCH, Instant.now(), 9), true);
      awaitTaken(receiver, 9);
      assertThat(receiver.taken()).containsExactly(5L, 6L, 9L);
    }
  }

  @Test
  void documentation_showsWhatIsAttackedHere() throws Exception {
    String page = Files.readString(ManagerProcess.ROOT.resolve("docs/mqtt.md"));
    for (String example : List.of("python/receive.py", "shell/receive.sh")) {
      String source = Files.readString(ManagerProcess.ROOT.resolve("examples/" + example));
      String language = example.startsWith("python") ? "python" : "bash";
      Matcher block = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(page);
      assertThat(block.find()).as(language).isTrue();
      assertThat(source).contains(block.group(1).strip());
    }
  }

  private List<byte[]> attacks(Random random) throws Exception {
    List<byte[]> all = new ArrayList<>();
    Instant now = Instant.now();
    for (long version : List.of(2L, 50L, 2_000L, (1L << 53) - 1)) {
      all.add(stranger.update(SERVICE, version, AttackSigner.EPOCH, now, Map.of("a", FORGED)));
      all.add(update("two", version, AttackSigner.EPOCH, now, FORGED));
      all.add(update(SERVICE, version, AttackSigner.OTHER_EPOCH, now, FORGED));
      all.add(update(SERVICE, version, AttackSigner.EPOCH, now.minusSeconds(330), FORGED));
      all.add(update(SERVICE, version, AttackSigner.EPOCH, now.plusSeconds(330), FORGED));
    }
    Map<String, List<Object>> members = new HashMap<>();
    members.put("version", List.of(0L, -1L, 1.5, "50", true, List.of(50L)));
    members.put("service", List.of("two", "One", "one|x", "../one", "", 1L));
    members.put("config_epoch", List.of("", "x", AttackSigner.EPOCH.toUpperCase(Locale.ROOT), 1L));
    members.put(
        "issued_at",
        List.of("2026-02-30T00:00:00+00:00", now.toString(), "", 1L, "9999-99-99T99:99:99+00:00"));
    members.put("checksum", List.of("0".repeat(64), "x", ""));
    members.put("config", List.of("x", List.of(), 1L));
    for (Map.Entry<String, List<Object>> member : members.entrySet()) {
      for (Object value : member.getValue()) {
        Map<String, Object> bad =
            signer.members(SERVICE, 50L, AttackSigner.EPOCH, now, Map.of("a", FORGED));
        bad.put(member.getKey(), value);
        all.add(CanonicalJson.write(bad).getBytes(UTF_8)); // no longer signed
        all.add(CanonicalJson.write(signer.sign(bad)).getBytes(UTF_8)); // signed as it is
      }
    }
    String text = new String(update(SERVICE, 50, AttackSigner.EPOCH, now, FORGED), UTF_8);
    String ended = text.substring(0, text.length() - 1);
    for (String bad :
        List.of(
            "",
            "{}",
            "null",
            text + "\n",
            "\n" + text,
            "\ufeff" + text,
            text.replace(",", ", "),
            text.replace(":50}", ":050}"),
            text.replace(":50}", ":50.0}"),
            text.replace(":50}", ":5e1}"),
            text.replace(":50}", ":+50}"),
            ended + ",\"x\":1}",
            ended + ",\"version\":50}",
            text.replace("{\"checksum\"", "{\"a\":1,\"checksum\""),
            text.replace("\"a\":666", "\"a\":666,\"a\":666"),
            text.replace("==\"", "\""),
            text.replace("\"service\":\"one\"", "\"service\":\"\\u006fne\""),
            text + "\0",
            text.replace("{\"a\":666}", "{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}"),
            "$(touch " + folder.resolve("hacked") + ")",
            "`touch " + folder.resolve("hacked") + "`",
            "-x",
            "x".repeat(200_000),
            "x".repeat((1 << 20) + 1),
            "[".repeat(100_000),
            text.replace(":50}", ":" + "9".repeat(400) + "}"),
            text.replace(":50}", ":-0}"),
            text.replace(":50}", ":\"50\"}"),
            text.replace("{\"a\":666}", "{\"a\":666,\"b\":\"\\ud800\"}"),
            text.replace("{\"a\":666}", "{\"a\":NaN}"),
            text.replace("+00:00", "Z"),
            text.replace("+00:00", "-00:00"),
            text.replace("\"service\":\"one\"", "\"service\":\"one\",\"service\":\"two\""),
            text.replace("\"service\":\"one\"", "\"service\":\"one\n\""),
            text + text,
            text + "|",
            otherSpelling(text))) {
      all.add(bad.getBytes(UTF_8));
    }
    // Signed, but larger than any update may be.
    all.add(
        signer.update(
            SERVICE, 50, AttackSigner.EPOCH, now, Map.of("a", FORGED, "b", "x".repeat(1 << 20))));
    all.add(text.replace("{\"a\":666}", "{\"a\":\"\u00e9\"}").getBytes(ISO_8859_1));
    all.add(text.getBytes(UTF_16));
    byte[] genuine = text.getBytes(UTF_8);
    for (int i = 0; i < 60; i++) {
      byte[] flipped = genuine.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      all.add(flipped);
      all.add(Arrays.copyOf(genuine, random.nextInt(genuine.length)));
    }
    Collections.shuffle(all, random);
    return all;
  }

  /** The same signature in a base64 that sets bits which decoders drop. */
  private static String otherSpelling(String text) {
    int last = text.indexOf("==\"") - 1;
    return text.substring(0, last) + (char) (text.charAt(last) + 1) + text.substring(last + 1);
  }

  private static String bash() {
    return ManagerProcess.require("bash").toString();
  }

  /** Puts a receiver to work. */
  private interface Start {
    AttackedReceiver start() throws Exception;
  }

  private byte[] honest(long version) throws Exception {
    return update(SERVICE, version, AttackSigner.EPOCH, Instant.now(), version);
  }

  private byte[] update(String service, long version, String epoch, Instant at, long value)
      throws Exception {
    return signer.update(service, version, epoch, at, Map.of("a", value));
  }

  private void publish(byte[] payload, boolean retain) {
    publisher
        .publishWith()
        .topic("system/config/" + SERVICE)
        .qos(MqttQos.AT_LEAST_ONCE)
        .retain(retain)
        .payload(payload)
        .send();
  }

  private static void awaitTaken(AttackedReceiver receiver, long version) {
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(20))
        .failFast("a forgery was taken", () -> receiver.taken().contains(FORGED))
        .until(() -> receiver.taken().contains(version));
  }

  private void assertHonest(List<Long> taken) {
    assertThat(taken).isNotEmpty().isSorted().doesNotHaveDuplicates().doesNotContain(FORGED, 999L);
    assertThat(folder.resolve("hacked")).doesNotExist();
  }
}

package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    try (AttackedReceiver receiver = kind.start(place)) {
      publish(honest(1), true);
      awaitTaken(receiver, 1);
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
        }
      }
      publish(honest(1_000), true);
      awaitTaken(receiver, 1_000);
      publish(honest(999), false);
      publish(honest(1_001), true);
      awaitTaken(receiver, 1_001);
      assertHonest(receiver.taken());
    }
    // It starts again: what is still fresh, but older, does not count.
    try (AttackedReceiver receiver = kind.start(place)) {
      publish(honest(1_000), true);
      publish(honest(500), false);
      TimeUnit.MILLISECONDS.sleep(500);
      publish(honest(1_002), true);
      awaitTaken(receiver, 1_002);
      List<Long> taken = receiver.taken();
      assertHonest(taken.subList(Math.max(0, taken.lastIndexOf(1_001L)), taken.size()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void receiver_anotherEpoch_takesItOnceTheManagerSaysIt(AttackedReceiver.Kind kind)
      throws Exception {
    try (AttackedReceiver receiver = kind.start(place)) {
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

      answer.set(other);
      publish(other, true);
      awaitTaken(receiver, 9);
      publish(honest(8), false);
      publish(update(SERVICE, 10, AttackSigner.OTHER_EPOCH, Instant.now(), 10), true);
      awaitTaken(receiver, 10);
      assertThat(receiver.taken()).doesNotContain(8L);
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
            "x".repeat(200_000))) {
      all.add(bad.getBytes(UTF_8));
    }
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
        .until(() -> receiver.taken().contains(version));
  }

  private void assertHonest(List<Long> taken) {
    assertThat(taken).isNotEmpty().isSorted().doesNotHaveDuplicates().doesNotContain(FORGED, 999L);
    assertThat(folder.resolve("hacked")).doesNotExist();
  }
}

package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manager's wall clock jumps while it runs; the monotonic one, as in reality, does not. */
@Chaos.Suite
class ChaosClockIT {
  private static final String FAULT = "clock jumps";
  private static final int JUMPS = Chaos.cycles(10, 40);
  private static final String TOPIC = "system/config/one";

  /** Seconds off the true time; each jump is from the one before it. */
  private static final long[] OFFSETS = {
    1, -1, 60, -60, 301, -301, 86_400, -86_400, 315_360_000, -315_360_000, 0, 10, -10, 3_600, -3_600
  };

  @TempDir Path folder;

  @Test
  void clockJumps_versionsDecideAndTimersLiveOn() throws Exception {
    Chaos.require(FAULT, "cc");
    FalseClock clock = FalseClock.in(folder);
    long slowest = 0;
    int replays = 0;
    int offered = 0;
    try (ManagerProcess manager = Witness.started(folder, clock.environment())) {
      Witness witness = new Witness(manager, "one");
      Receiver receiver = new Receiver(manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
      List<byte[]> old = new ArrayList<>();
      try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#");
          EventStream stream = new EventStream(manager, "?services=one", null)) {
        for (int jump = 0; jump < JUMPS; jump++) {
          long offset = OFFSETS[jump % OFFSETS.length];
          clock.set(offset);
          assertThat(witness.write("one", 10).statusCode()).isEqualTo(200);
          long version = witness.newest("one");
          slowest =
              Math.max(
                  slowest,
                  Witness.await(
                      Duration.ofSeconds(5),
                      "version " + version + " is heard",
                      () -> subscriber.version("one") == version && lastOf(stream) == version,
                      () -> subscriber.version("one") + " " + lastOf(stream)));
          Instant there = Instant.now().plusSeconds(offset);
          byte[] update = subscriber.newest.get(TOPIC).getBytes(UTF_8);
          assertThat(issuedAt(update)).isBetween(there.minusSeconds(5), there.plusSeconds(5));
          assertThat(receiver.receive(TOPIC, update, there))
              .as("after a jump to %d s", offset)
              .isNull();
          old.add(update);
          for (byte[] replay : old) {
            for (Instant now : List.of(there, issuedAt(replay), Instant.now())) {
              offered++;
              replays += receiver.receive(TOPIC, replay, now) == null ? 1 : 0;
            }
          }
          if (jump % 5 == 4) {
            probeIsAlive(manager, witness);
          }
        }
        if (Chaos.FULL) {
          reissueIsAlive(subscriber, clock);
        }
        assertThat(stream.ended).as("the stream of events has ended").isFalse();
      }
      commentsComeOn(manager);
      long lost = witness.lost();
      FaultTable.row(
          FAULT,
          JUMPS,
          lost,
          FaultTable.NONE,
          slowest,
          "±1 s to ±10 y; %,d replays offered, %d accepted; %sprobe and comments of the stream live on"
              .formatted(offered, replays, Chaos.FULL ? "re-issue, " : ""));
      assertThat(replays).isZero();
      assertThat(lost).isZero();
    }
  }

  /** The probe runs by the second: a lock is noticed without anybody's write. */
  private static void probeIsAlive(ManagerProcess manager, Witness witness) throws Exception {
    try (Connection holder =
            DriverManager.getConnection("jdbc:sqlite:" + manager.data("config.db"));
        Statement statement = holder.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.execute("BEGIN EXCLUSIVE");
      Witness.await(
          Duration.ofSeconds(4),
          "the probe notices a lock",
          () -> "database-locked".equals(witness.health().getString("event")),
          witness::health);
      statement.execute("ROLLBACK");
    }
    Witness.await(
        Duration.ofSeconds(5),
        "the probe notices that it is gone",
        () -> Witness.well(witness.health()),
        witness::health);
  }

  /** Every service is re-issued every two minutes; the first of all after nearly two. */
  private static void reissueIsAlive(Subscriber subscriber, FalseClock clock) throws Exception {
    clock.set(-86_400);
    int before = subscriber.heard.size();
    Witness.await(
        Duration.ofSeconds(125),
        "a service is re-issued",
        () ->
            subscriber.heard.stream()
                .skip(before)
                .map(Mqtt3Publish::getPayloadAsBytes)
                .anyMatch(
                    bytes ->
                        Duration.between(issuedAt(bytes), Instant.now().minusSeconds(86_400))
                                .abs()
                                .compareTo(Duration.ofMinutes(1))
                            < 0),
        () -> subscriber.heard.size() - before + " messages");
  }

  private static void commentsComeOn(ManagerProcess manager) throws Exception {
    try (Wire wire = Wire.to(manager)) {
      Wire.Reply head =
          wire.call("GET", "/api/config/events", Map.of("X-API-Token", manager.reader()), null);
      assertThat(head.status()).isEqualTo(200);
      int comments = 0;
      while (comments < 2) { // The first says "connected"; a read that waits too long throws.
        comments += wire.line().startsWith(":") ? 1 : 0;
      }
    }
  }

  private static long lastOf(EventStream stream) {
    List<EventStream.Event> events = stream.of("config");
    return events.isEmpty()
        ? 0
        : new JsonObject(events.get(events.size() - 1).data()).getLong("version");
  }

  private static Instant issuedAt(byte[] update) {
    return OffsetDateTime.parse(new JsonObject(new String(update, UTF_8)).getString("issued_at"))
        .toInstant();
  }
}

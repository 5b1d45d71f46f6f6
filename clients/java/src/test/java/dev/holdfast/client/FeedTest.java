package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One service's settings under everything that can be pushed at them. */
class FeedTest {
  private static final String SERVICE = "one";

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Signer signer = new Signer();
  private final AtomicReference<byte[]> answer = new AtomicReference<>();
  private final AtomicReference<Origin> answerer = new AtomicReference<>(Origin.REST);
  private final List<Long> applied = new CopyOnWriteArrayList<>();
  private Feed feed;

  @BeforeEach
  void start() {
    feed = feed();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Feed feed() {
    Manager manager =
        new Manager() {
          @Override
          public Future<Read> read(String service) {
            byte[] payload = answer.get();
            return payload == null
                ? Future.failedFuture(new HoldfastException("the manager is away"))
                : Future.succeededFuture(
                    new Read(signer.verifier().verify(service, payload), answerer.get()));
          }

          @Override
          public Future<JsonObject> clear(String service) {
            return Future.failedFuture(new HoldfastException("none"));
          }
        };
    Verifier verifier = signer.verifier();
    Feed made =
        new Feed(
            vertx,
            SERVICE,
            new Managers(List.of(manager)),
            verifier,
            new ManagerClock(Clock.systemUTC()),
            new Shelf(vertx, SERVICE, new CacheFile(folder, SERVICE, verifier, null)),
            new HoldfastOptions().setStartMillis(200),
            new Reports("test", Clock.systemUTC()));
    RecordView<Settings> view = new RecordView<>(Function.identity());
    vertx.runOnContext(
        now -> {
          made.views().add(view);
          view.subscribe(
              settings -> {
                applied.add(settings.version());
                return Future.succeededFuture();
              },
              failure -> {});
          made.start();
        });
    made.ready().toCompletionStage().toCompletableFuture().join();
    return made;
  }

  private void push(byte[] payload) {
    vertx.runOnContext(now -> feed.pushed(payload, Origin.MQTT));
  }

  private void awaitVersion(long version) {
    await().until(() -> feed.current() != null && feed.current().version() == version);
  }

  @Test
  void pushed_attacksAmongHonestOnes_onlyHonestOnesCountInOrder() {
    Signer stranger = new Signer();
    Random random = new Random(11);
    List<byte[]> sent = new ArrayList<>();
    List<byte[]> history = new ArrayList<>();
    for (long version = 1; version <= 40; version++) {
      byte[] honest = update(version, Instant.now());
      List<byte[]> round = new ArrayList<>();
      round.add(stranger.update(SERVICE, version + 1, Map.of("a", 666L)));
      round.add(signer.update("two", version + 1, Map.of("a", 666L)));
      round.add(update(version + 1_000, Instant.now().minus(Duration.ofMinutes(6))));
      round.add(update(version + 1_000, Instant.now().plus(Duration.ofMinutes(6))));
      round.add(
          signer.update(
              SERVICE, version + 1_000, Signer.OTHER_EPOCH, Instant.now(), Map.of("a", 666L)));
      round.add(new byte[0]);
      round.add(flipped(honest, random));
      round.addAll(history);
      Collections.shuffle(round, random);
      // What is pushed before anything is held has nothing to be older than.
      sent.add(honest);
      sent.addAll(version == 1 ? List.of() : round);
      history.add(honest);
    }
    sent.forEach(this::push);
    awaitVersion(40);

    assertThat(applied).isSorted().doesNotHaveDuplicates();
    assertThat(applied.get(applied.size() - 1)).isEqualTo(40);
    assertThat(applied).allMatch(version -> version <= 40);
    assertThat(feed.current().epoch()).isEqualTo(Signer.EPOCH);
    assertThat(feed.current().get("a")).isEqualTo(40L);
  }

  /** On the bus anybody may answer; over REST it is the manager that was configured. */
  @Test
  void answer_ofAnEpochThatWasLeft_countsFromTheManagerAlone() {
    answer.set(update(5, Instant.now()));
    feed.ask("test");
    awaitVersion(5);
    byte[] other = signer.update(SERVICE, 1, Signer.OTHER_EPOCH, Instant.now(), Map.of("a", 1L));
    answer.set(other);
    feed.ask("test");
    awaitVersion(1);
    answer.set(update(6, Instant.now()));
    answerer.set(Origin.BUS);
    feed.ask("test");
    push(signer.update(SERVICE, 2, Signer.OTHER_EPOCH, Instant.now(), Map.of("a", 2L)));
    awaitVersion(2);
    assertThat(applied).doesNotContain(6L);
    answerer.set(Origin.REST);
    feed.ask("test");
    awaitVersion(6);
  }

  @Test
  void pushed_replayAfterARestart_isRefused() {
    push(update(1, Instant.now()));
    awaitVersion(1);
    byte[] old = update(2, Instant.now());
    push(old);
    awaitVersion(2);
    push(update(3, Instant.now()));
    awaitVersion(3);
    await().until(() -> folder.resolve("one.json").toFile().exists());
    await()
        .until(
            () ->
                java.nio.file.Files.readString(folder.resolve("one.json"))
                    .contains("\"version\":3"));
    feed.close();

    feed = feed();
    assertThat(feed.current().version()).isEqualTo(3);
    assertThat(feed.current().origin()).isEqualTo(Origin.CACHE);
    push(old);
    push(update(4, Instant.now()));
    awaitVersion(4);
    assertThat(applied).containsExactly(1L, 2L, 3L, 3L, 4L);
  }

  @Test
  void pushed_anotherEpoch_countsOnceTheManagerSaysIt() {
    push(update(5, Instant.now()));
    awaitVersion(5);
    byte[] other = signer.update(SERVICE, 6, Signer.OTHER_EPOCH, Instant.now(), Map.of("a", 6L));
    push(other);
    push(update(7, Instant.now()));
    awaitVersion(7);
    assertThat(feed.current().epoch()).isEqualTo(Signer.EPOCH);

    answer.set(other);
    push(other);
    await()
        .until(
            () -> {
              push(other);
              return feed.current().epoch().equals(Signer.OTHER_EPOCH);
            });
    assertThat(feed.current().version()).isEqualTo(6);
  }

  private byte[] update(long version, Instant issuedAt) {
    return signer.update(SERVICE, version, Signer.EPOCH, issuedAt, Map.of("a", version));
  }

  private static byte[] flipped(byte[] payload, Random random) {
    byte[] bad = payload.clone();
    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
    return bad;
  }
}

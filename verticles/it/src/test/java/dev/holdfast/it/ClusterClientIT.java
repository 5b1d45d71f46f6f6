package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.client.DefaultValue;
import dev.holdfast.client.HoldfastBus;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException;
import dev.holdfast.client.HoldfastOptions;
import dev.holdfast.client.Origin;
import dev.holdfast.client.ServiceConfig;
import dev.holdfast.client.Settings;
import dev.holdfast.config.HoldfastRetriever;
import dev.holdfast.model.SecretValue;
import io.vertx.config.ConfigRetriever;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java client, the store and {@link HoldfastBus} as members of the manager's cluster. */
class ClusterClientIT {
  private static final int PAIRS = 3;
  private static final String CANARY = "canary-of-the-bus-client-73119";

  @TempDir static Path folder;
  private static ManagerProcess manager;
  private static ClusterMember app;
  private static ClusterMember rogue;
  private static Tokens tokens;
  private static TestCertificates authority;
  private static int port;

  @ServiceConfig("stt-worker")
  record Stt(@DefaultValue("0.5") double vadThreshold, @DefaultValue("1") int channels) {}

  @ServiceConfig("tts-worker")
  record Tts(@DefaultValue("100") int volumePercent, SecretValue elevenApiKey) {}

  @BeforeAll
  static void start() throws Exception {
    tokens = Tokens.write(folder, "config.secrets:vault@tts-worker");
    authority = new TestCertificates(folder, "cluster");
    port = ClusterMember.freePorts();
    manager = ManagerProcess.startInCluster(folder, ClusterMember.at(port, authority));
    app = join("app");
    rogue = join("rogue");
  }

  private static ClusterMember join(String name) throws Exception {
    return ClusterMember.join(
        folder, port, new ClusterMember.Trust(authority, authority.issue(name, "DNS:" + name)));
  }

  /** Until the cluster has come together, at first and after another test killed the manager. */
  @BeforeEach
  void awaitAnswers() {
    awaitAnswers(List.of(app, rogue));
  }

  private static void awaitAnswers(List<ClusterMember> members) {
    for (ClusterMember each : members) {
      for (String address : List.of("services", "get")) {
        await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(
                () ->
                    each.answer(
                            address,
                            tokens.of("rita"),
                            address.equals("get")
                                ? new JsonObject().put("service", "stt-worker")
                                : new JsonObject())
                        != null);
      }
    }
  }

  @AfterAll
  static void stop() {
    rogue.close();
    app.close();
    manager.close();
  }

  private static JsonObject json() throws Exception {
    return new JsonObject()
        .put("bus", true)
        .put("busToken", tokens.of("rita"))
        .put("publicKeys", manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"))
        .put("instance", "app-1");
  }

  private static HoldfastOptions options() throws Exception {
    return new HoldfastOptions(json());
  }

  private static long patch(String service, String patch) throws Exception {
    long version = manager.service(service).getLong("version");
    assertThat(manager.patch(service, version, patch).statusCode()).isEqualTo(200);
    return version + 1;
  }

  @Test
  void client_managerKilledAndBack_readsHearsAndReportsOverTheBus() throws Exception {
    HoldfastOptions options = options().setCacheFolder(folder.resolve("cache"));
    HoldfastClient holdfast = HoldfastClient.create(app.vertx, options);
    double before = ClusterMember.get(holdfast.get(Stt.class)).vadThreshold();
    assertThat(ClusterMember.get(holdfast.origin("stt-worker"))).isEqualTo(Origin.BUS);
    List<Stt> told = new CopyOnWriteArrayList<>();
    holdfast.subscribe(Stt.class, told::add);
    patch("stt-worker", "{\"vad_threshold\":0.61}");
    await().until(() -> told.contains(new Stt(0.61, 1)));
    assertThat(before).isNotEqualTo(0.61);
    await()
        .until(
            () ->
                manager
                    .call("GET", "/api/config/fleet?service=stt-worker", tokens.of("rita"), null)
                    .body()
                    .contains("\"instance\":\"app-1\""));

    manager.kill();
    assertThat(ClusterMember.get(holdfast.get(Stt.class)).vadThreshold()).isEqualTo(0.61);
    HoldfastClient another = HoldfastClient.create(app.vertx, options);
    assertThat(ClusterMember.get(another.get(Stt.class)).vadThreshold()).isEqualTo(0.61);
    assertThat(ClusterMember.get(another.origin("stt-worker"))).isEqualTo(Origin.CACHE);

    manager.startAgain();
    patch("stt-worker", "{\"vad_threshold\":0.62}");
    for (HoldfastClient each : List.of(holdfast, another)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> ClusterMember.get(each.get(Stt.class)).vadThreshold() == 0.62);
      assertThat(ClusterMember.get(each.origin("stt-worker"))).isEqualTo(Origin.BUS);
      ClusterMember.get(each.close());
    }
  }

  @Test
  void store_overTheBus_isToldOfChanges() throws Exception {
    ConfigRetriever retriever =
        HoldfastRetriever.create(app.vertx, json().put("service", "wake-activation"));
    JsonObject first = ClusterMember.get(retriever.getConfig());
    assertThat(first).isNotEmpty();
    List<JsonObject> told = new CopyOnWriteArrayList<>();
    retriever.listen(change -> told.add(change.getNewConfiguration()));
    JsonObject shown = manager.service("wake-activation").getJsonObject("config");
    String key =
        shown.fieldNames().stream()
            .filter(name -> shown.getValue(name) instanceof Boolean)
            .findFirst()
            .orElseThrow();
    patch("wake-activation", new JsonObject().put(key, !shown.getBoolean(key)).encode());
    await().until(() -> told.stream().anyMatch(c -> c.getBoolean(key) == !shown.getBoolean(key)));
    ClusterMember.get(retriever.close());
  }

  @Test
  void secrets_busAndUrl_comeOverRestUnderTheirOwnToken() throws Exception {
    String secret = "/api/config/services/tts-worker/secrets/eleven_api_key";
    String body = new JsonObject().put("value", CANARY).encode();
    assertThat(manager.call("PUT", secret, tokens.of("adam"), body).statusCode()).isEqualTo(200);
    HoldfastClient both =
        HoldfastClient.create(
            app.vertx,
            options().setUrl("http://127.0.0.1:" + manager.port).setToken(tokens.of("vault")));
    HoldfastClient alone = HoldfastClient.create(app.vertx, options());
    assertThat(ClusterMember.get(both.get(Tts.class)).elevenApiKey())
        .isEqualTo(SecretValue.of(CANARY));
    assertThat(ClusterMember.get(both.origin("tts-worker"))).isEqualTo(Origin.BUS);
    assertThat(ClusterMember.get(alone.get(Tts.class)).elevenApiKey()).isNull();
    ClusterMember.get(both.close());
    ClusterMember.get(alone.close());
  }

  @Test
  void bus_typed_asksAndChanges() throws Exception {
    HoldfastBus bus = HoldfastBus.create(app.vertx, options().setBusToken(tokens.of("adam")));
    assertThat(ClusterMember.get(bus.services())).contains("router", "stt-worker");
    Settings before = ClusterMember.get(bus.settings("camera"));
    JsonObject config = new JsonObject();
    String key =
        before.values().map().entrySet().stream()
            .filter(each -> each.getValue() instanceof Boolean)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    boolean value = !(Boolean) before.values().get(key);
    config.put(key, value);
    HoldfastBus.Change change =
        ClusterMember.get(bus.patch("camera", config, before.version(), "over the bus"));
    assertThat(change.version()).isEqualTo(before.version() + 1);
    assertThat(ClusterMember.get(bus.settings("camera")).get(key)).isEqualTo(value);
    HoldfastBus.Entry entry = ClusterMember.get(bus.history("camera", 10)).get(0);
    assertThat(entry.newValue()).isEqualTo(value);
    assertThat(entry.changedBy()).isEqualTo("adam");
    assertThat(entry.reason()).isEqualTo("over the bus");
    assertThat(ClusterMember.get(bus.search(key, 10)).get(0).key()).isEqualTo(key);
    assertThatThrownBy(() -> ClusterMember.get(bus.patch("camera", config, before.version(), null)))
        .hasCauseInstanceOf(HoldfastException.class)
        .hasMessageContaining("409");

    long version = ClusterMember.get(bus.put("camera", config, change.version(), null)).version();
    assertThat(ClusterMember.get(bus.delete("camera", version, null)).service())
        .isEqualTo("camera");
    assertThat(ClusterMember.get(bus.services())).doesNotContain("camera");
    HoldfastBus reader = HoldfastBus.create(app.vertx, options());
    assertThatThrownBy(() -> ClusterMember.get(reader.delete("router", 1, null)))
        .hasMessageContaining("403");
  }

  @Test
  void client_vertxInNoCluster_isRefused() throws Exception {
    Vertx lonely = Vertx.vertx();
    HoldfastOptions options = options();
    assertThatThrownBy(() -> HoldfastClient.create(lonely, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bus: this Vert.x instance is in no cluster");
    lonely.close();
  }

  @Test
  void client_rogueAnswersAndPublishes_foolsNobody() throws Exception {
    // Where two clusters merged, as after another of these tests killed the manager, members may
    // not
    // hear who registers an address: then no lie can be told, and another pair tries.
    for (int pair = 1; ; pair++) {
      try (ClusterMember lying = join("lying");
          ClusterMember asking = join("asking")) {
        awaitAnswers(List.of(asking, lying));
        rogueAnswersAndPublishes(asking, lying);
        return;
      } catch (ClusterMember.NeverAsked e) {
        if (pair == PAIRS) {
          throw e;
        }
      }
    }
  }

  private static void rogueAnswersAndPublishes(ClusterMember app, ClusterMember rogue)
      throws Exception {
    AttackSigner stranger = new AttackSigner();
    Set<Object> real = ConcurrentHashMap.newKeySet();
    Settings old = ClusterMember.get(HoldfastBus.create(app.vertx, options()).settings("router"));
    real.add(String.valueOf(old.get("router_wake_ack_text")));
    List<String> genuine = rogue.hear("holdfast.config.changed.router");
    String other =
        rogue
            .answer("get", tokens.of("rita"), new JsonObject().put("service", "stt-worker"))
            .getString("signed");
    List<Object> lies = new ArrayList<>();
    lies.add(new JsonObject());
    lies.add("no object");
    lies.add(new JsonObject().put("signed", 7));
    lies.add(new JsonObject().put("signed", other));
    lies.add(
        new JsonObject()
            .put(
                "signed",
                new String(
                    stranger.update(
                        "router",
                        old.version() + 50,
                        old.epoch(),
                        Instant.now(),
                        Map.of("router_wake_ack_text", "forged")),
                    UTF_8)));
    AtomicInteger asked = new AtomicInteger();
    MessageConsumer<Object> liar =
        rogue.answerBeside(
            app,
            tokens.of("rita"),
            "get",
            message -> {
              int turn = asked.getAndIncrement() % (lies.size() + 2);
              if (turn == lies.size()) {
                message.fail(404, "{\"status\":404,\"detail\":\"no such service\"}");
              } else if (turn > lies.size()) {
                message.reply(
                    new JsonObject().put("signed", genuine.isEmpty() ? "" : genuine.get(0)));
              } else {
                message.reply(lies.get(turn));
              }
            });
    asked.set(0);

    HoldfastClient holdfast =
        HoldfastClient.create(app.vertx, options().setRefreshMillis(100).setStartMillis(10_000));
    List<Settings> taken = new CopyOnWriteArrayList<>();
    holdfast.watch("router", false, taken::add);
    long newest = 0;
    for (int i = 0; i < 20; i++) {
      real.add("real " + i);
      newest = patch("router", "{\"router_wake_ack_text\":\"real " + i + "\"}");
      for (Object lie : lies) {
        Object text = lie instanceof JsonObject json ? json.getValue("signed") : lie;
        rogue.vertx.eventBus().publish("holdfast.config.changed.router", text);
      }
      if (!genuine.isEmpty()) {
        rogue.vertx.eventBus().publish("holdfast.config.changed.router", genuine.get(0));
      }
      Thread.sleep(50);
    }
    long last = newest;
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !taken.isEmpty() && taken.get(taken.size() - 1).version() == last);
    assertThat(taken)
        .allSatisfy(settings -> assertThat(real).contains(settings.get("router_wake_ack_text")))
        .extracting(Settings::version)
        .isSorted()
        .doesNotHaveDuplicates();
    HoldfastBus bus = HoldfastBus.create(app.vertx, options());
    int counted = 0;
    for (int i = 0; i < 40; i++) {
      try {
        Settings settings = ClusterMember.get(bus.settings("router"));
        assertThat(real).contains(settings.get("router_wake_ack_text"));
        counted++;
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(HoldfastException.class);
      }
    }
    assertThat(counted).as("the manager's own answers").isPositive();
    assertThat(asked.get()).as("each lie was told").isGreaterThan(lies.size() + 2);
    ClusterMember.get(liar.unregister());
    ClusterMember.get(holdfast.close());
  }
}

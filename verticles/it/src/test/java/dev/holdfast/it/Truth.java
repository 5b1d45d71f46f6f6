package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A manager's folder whose whole contents are known, to be copied, damaged and started; and what a
 * reader may be told of it: nothing that was never so.
 */
final class Truth {
  private static final List<String> UNTYPED = List.of("alpha", "beta");
  private static final int CHANGES = 6;

  /** Some pages each, so that there are leaves, inner pages and overflow pages. */
  private static final int SIZE = 3_000;

  private final Path folder;

  /** By service, by version: its settings. */
  private final Map<String, TreeMap<Long, JsonObject>> states = new LinkedHashMap<>();

  private final Set<String> secrets = new HashSet<>();
  private final String publicKey;
  private final String epoch;

  private Truth(Path folder, ManagerProcess manager) throws Exception {
    this.folder = folder;
    for (String service : UNTYPED) {
      manager.call(
          "PUT",
          "/api/config/services/" + service + "?untyped=true",
          manager.admin(),
          "{\"version\":0,\"config\":{\"value\":\"canary-0\"}}");
    }
    for (Object service :
        new JsonObject(manager.get("/api/config/services").body()).getJsonArray("services")) {
      states.put((String) service, new TreeMap<>());
      note(manager, (String) service);
    }
    for (int i = 1; i <= CHANGES; i++) {
      for (String service : UNTYPED) {
        change(manager, service, "{\"value\":\"canary-" + i + "y".repeat(SIZE) + "\"}");
      }
      change(manager, "router", "{\"router_wake_ack_text\":\"canary-" + i + "\"}");
    }
    publicKey = manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY");
    epoch = manager.service("router").getString("config_epoch");
    Witness.await(
        Duration.ofSeconds(5),
        "the cache and the epoch file hold the newest revision",
        () ->
            revision(manager.data("config.lkg.json")) == lastRevision()
                && Files.readString(manager.data("health+epoch.json"))
                    .contains("\"revision\":" + lastRevision()),
        () -> Files.readString(manager.data("health+epoch.json")));
  }

  private void change(ManagerProcess manager, String service, String patch) throws Exception {
    assertThat(manager.patch(service, states.get(service).lastKey(), patch).statusCode())
        .isEqualTo(200);
    note(manager, service);
  }

  private void note(ManagerProcess manager, String service) throws Exception {
    JsonObject state = manager.service(service);
    for (Object field : state.getJsonArray("fields")) {
      if (((JsonObject) field).getBoolean("is_secret")) {
        secrets.add(((JsonObject) field).getString("key"));
      }
    }
    states.get(service).put(state.getLong("version"), open(state.getJsonObject("config")));
  }

  /** Without the keys of secrets, for which REST has a mask and MQTT nothing. */
  private JsonObject open(JsonObject config) {
    JsonObject open = config.copy();
    secrets.forEach(open::remove);
    return open;
  }

  private static long revision(Path cache) throws Exception {
    return new JsonObject(Files.readString(cache)).getJsonObject("payload").getLong("revision");
  }

  /** The seed is one revision, each change after it one more. */
  private long lastRevision() {
    return 1 + UNTYPED.size() + (long) CHANGES * (UNTYPED.size() + 1);
  }

  /** Makes the folder; the manager ends by SIGKILL, with its log of writes left, or in order. */
  static Truth in(Path folder, boolean killed, Map<String, String> environment) throws Exception {
    Files.createDirectories(folder);
    try (ManagerProcess manager = Witness.started(folder, environment)) {
      Truth truth = new Truth(folder, manager);
      if (killed) {
        manager.kill();
      } else {
        manager.terminate();
      }
      Files.delete(manager.log());
      return truth;
    }
  }

  /** A copy of the whole, in {@code to}. */
  Path copy(Path to) throws Exception {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes is)
              throws java.io.IOException {
            Files.createDirectories(to.resolve(folder.relativize(from).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path from, BasicFileAttributes is)
              throws java.io.IOException {
            Files.copy(from, to.resolve(folder.relativize(from).toString()));
            return FileVisitResult.CONTINUE;
          }
        });
    return to;
  }

  Path database() {
    return folder.resolve("data/config/config.db");
  }

  String epoch() {
    return epoch;
  }

  /** What was told that never was so, or was so once and is not said to be old; empty is good. */
  List<String> lies(ManagerProcess manager) throws Exception {
    List<String> lies = new ArrayList<>();
    Served served = byRest(manager, lies);
    byHistory(manager, lies);
    byMqtt(manager, served, lies);
    byStream(manager, served, lies);
    return lies;
  }

  /**
   * What REST says there is.
   *
   * @param services how many
   * @param old whether the database is said to be behind, so that older states are no lie
   */
  private record Served(int services, boolean old) {}

  private Served byRest(ManagerProcess manager, List<String> lies) throws Exception {
    HttpResponse<String> list = manager.get("/api/config/services");
    String source = list.headers().firstValue("X-Config-Source").orElse("");
    JsonObject health = Witness.detail(manager);
    boolean old = source.equals("database") && Witness.fallback(health);
    Set<String> services =
        new JsonObject(list.body())
            .getJsonArray("services").stream().map(String::valueOf).collect(Collectors.toSet());
    if (!services.equals(states.keySet()) && !old) {
      lies.add("services " + services + " from '" + source + "'");
    }
    if (services.isEmpty()) {
      lies.add("no services at all from '" + source + "': " + health.getString("event"));
    }
    for (String service : services) {
      JsonObject state = manager.service(service);
      told("REST", service, state.getLong("version"), state.getJsonObject("config"), old, lies);
      if (!state.getString("config_epoch").equals(epoch)) {
        lies.add(service + " of another epoch");
      }
    }
    return new Served(services.size(), old);
  }

  private void told(
      String where,
      String service,
      long version,
      JsonObject config,
      boolean old,
      List<String> lies) {
    TreeMap<Long, JsonObject> known = states.get(service);
    if (known == null || !open(config).equals(known.get(version))) {
      lies.add("%s: %s was never so: %d %s".formatted(where, service, version, config));
    } else if (version != known.lastKey() && !old) {
      lies.add("%s: %s is old: %d".formatted(where, service, version));
    }
  }

  private void byHistory(ManagerProcess manager, List<String> lies) throws Exception {
    HttpResponse<String> response = manager.get("/api/config/history?limit=1000");
    if (response.statusCode() != 200) {
      assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
      return;
    }
    for (Object each : new JsonObject(response.body()).getJsonArray("entries")) {
      JsonObject row = (JsonObject) each;
      boolean known =
          states.getOrDefault(row.getString("service"), new TreeMap<>()).values().stream()
              .map(config -> config.getValue(row.getString("key")))
              .anyMatch(value -> value != null && value.equals(row.getValue("new_value")));
      if (!known) {
        lies.add("history: " + row);
      }
    }
  }

  private void byMqtt(ManagerProcess manager, Served served, List<String> lies) throws Exception {
    Receiver receiver = new Receiver(publicKey);
    try (Subscriber subscriber = new Subscriber(manager.mqttPort, "system/config/#")) {
      Witness.await(
          Duration.ofSeconds(10),
          "every service is heard",
          () -> subscriber.newest.size() >= served.services,
          () -> subscriber.newest.keySet());
      subscriber.newest.forEach(
          (topic, payload) -> signed("MQTT", new JsonObject(payload), receiver, served.old, lies));
    }
  }

  private void signed(
      String where, JsonObject message, Receiver receiver, boolean old, List<String> lies) {
    told(
        where,
        message.getString("service"),
        message.getLong("version"),
        message.getJsonObject("config"),
        old,
        lies);
    try {
      if (!receiver.verify(Receiver.signedText(message), message.getString("signature"))) {
        lies.add(where + ": not signed: " + message);
      }
    } catch (java.io.IOException e) {
      lies.add(where + ": " + e);
    }
  }

  private void byStream(ManagerProcess manager, Served served, List<String> lies) throws Exception {
    if (served.services == 0) {
      return;
    }
    Receiver receiver = new Receiver(publicKey);
    try (EventStream stream = new EventStream(manager, "", epoch + "/0")) {
      Witness.await(
          Duration.ofSeconds(10),
          "the stream tells every service",
          () -> stream.of("config").size() + 100 * stream.of("reset").size() >= served.services,
          () -> stream.events);
      for (EventStream.Event event : stream.of("config")) {
        signed("SSE", new JsonObject(event.data()), receiver, served.old, lies);
      }
    }
  }
}

package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastOptions;
import dev.holdfast.config.HoldfastRetriever;
import io.vertx.config.ConfigRetriever;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Something that receives updates of one service, whatever is published at it. */
interface AttackedReceiver extends AutoCloseable {
  /** The value of the setting {@code a} of each update that was taken, in order. */
  List<Long> taken() throws IOException;

  @Override
  void close();

  /** Where a receiver is put to work. */
  record Place(Path folder, int mqttPort, int managerPort, String service, Path pem) {
    String manager() {
      return "http://127.0.0.1:" + managerPort;
    }
  }

  /** The kinds there are. */
  enum Kind {
    PYTHON,
    SHELL,
    CLIENT,
    BUS_CLIENT,
    STORE;

    AttackedReceiver start(Place place) throws Exception {
      return switch (this) {
        case PYTHON ->
            new Script(place, Python.program(), Script.EXAMPLES.resolve("python/receive.py"));
        case SHELL ->
            new Script(
                place,
                ManagerProcess.require("bash").toString(),
                Script.EXAMPLES.resolve("shell/receive.sh"));
        case CLIENT -> new Client(place);
        case BUS_CLIENT -> new BusClient(place);
        case STORE -> new Store(place);
      };
    }
  }

  /** An example of the documentation, as a process. */
  final class Script implements AttackedReceiver {
    static final Path EXAMPLES = ManagerProcess.ROOT.resolve("examples");

    private final Process process;
    private final Path out;

    Script(Place place, String interpreter, Path script) throws IOException {
      ManagerProcess.require("mosquitto_sub");
      out = place.folder().resolve("taken.txt");
      ProcessBuilder builder =
          new ProcessBuilder(
              interpreter,
              script.toString(),
              place.service(),
              place.pem().toString(),
              place.folder().resolve("state").toString());
      builder.environment().put("MQTT_PORT", String.valueOf(place.mqttPort()));
      builder.environment().put("MANAGER_URL", place.manager());
      builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()));
      builder.redirectError(
          ProcessBuilder.Redirect.appendTo(place.folder().resolve("refused.txt").toFile()));
      process = builder.start();
    }

    @Override
    public List<Long> taken() throws IOException {
      return Files.readAllLines(out).stream()
          .filter(line -> line.startsWith("applied "))
          .map(line -> new JsonObject(line.split(" ", 3)[2]).getLong("a"))
          .toList();
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }

  /** The Java client. */
  final class Client implements AttackedReceiver {
    private final Vertx vertx = Vertx.vertx();
    private final List<Long> taken = new CopyOnWriteArrayList<>();

    Client(Place place) throws IOException {
      HoldfastClient client =
          HoldfastClient.create(vertx, new HoldfastOptions(Store.options(place)));
      client.watch(
          place.service(), false, settings -> taken.add((Long) settings.values().get("a")));
    }

    @Override
    public List<Long> taken() {
      return List.copyOf(taken);
    }

    @Override
    public void close() {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /**
   * The Java client as a member of a cluster, in which somebody publishes whatever the broker has.
   */
  final class BusClient implements AttackedReceiver {
    private static final int REGISTERED_MILLIS = 500;

    private final List<Long> taken = new CopyOnWriteArrayList<>();
    private final ClusterMember member;
    private final Mqtt3AsyncClient bridge;

    BusClient(Place place) throws Exception {
      member = ClusterMember.join(place.folder(), ManagerProcess.freePort());
      JsonObject options = Store.options(place).put("bus", true).putNull("mqttUrl");
      HoldfastClient.create(member.vertx, new HoldfastOptions(options))
          .watch(place.service(), false, settings -> taken.add((Long) settings.values().get("a")));
      TimeUnit.MILLISECONDS.sleep(REGISTERED_MILLIS);
      bridge =
          Mqtt3Client.builder().serverHost("127.0.0.1").serverPort(place.mqttPort()).buildAsync();
      bridge.connect().get(10, TimeUnit.SECONDS);
      bridge
          .subscribeWith()
          .topicFilter("system/config/" + place.service())
          .callback(
              message ->
                  member
                      .vertx
                      .eventBus()
                      .publish(
                          "holdfast.config.changed." + place.service(),
                          new String(message.getPayloadAsBytes(), UTF_8)))
          .send()
          .get(10, TimeUnit.SECONDS);
    }

    @Override
    public List<Long> taken() {
      return List.copyOf(taken);
    }

    @Override
    public void close() {
      bridge.disconnect().join();
      member.close();
    }
  }

  /** The vertx-config store. */
  final class Store implements AttackedReceiver {
    private final Vertx vertx = Vertx.vertx();
    private final List<Long> taken = new CopyOnWriteArrayList<>();

    Store(Place place) throws IOException {
      ConfigRetriever retriever =
          HoldfastRetriever.create(vertx, options(place).put("service", place.service()));
      retriever.listen(change -> taken.add(change.getNewConfiguration().getLong("a")));
    }

    static JsonObject options(Place place) throws IOException {
      return new JsonObject()
          .put("url", place.manager())
          .put("mqttUrl", "mqtt://127.0.0.1:" + place.mqttPort())
          .put("publicKeys", Files.readString(place.pem(), UTF_8))
          .put("cacheFolder", place.folder().resolve("cache").toString());
    }

    @Override
    public List<Long> taken() {
      return List.copyOf(taken);
    }

    @Override
    public void close() {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}

package dev.holdfast.bench;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From a commit to a verified update at a subscriber, over a real Mosquitto. A change tells when
 * its commit began, and the manager how long commits take on average: what is left is counted.
 */
final class Mqtt implements Measurement {
  private static final String PROGRAM = "mosquitto";
  private static final String WORK = "commit → verified at an MQTT subscriber, ms: ";
  private static final String RAW = "publish → subscriber on the same Mosquitto";
  private static final int MESSAGE_BYTES = 1_000;

  private volatile @Nullable Promise<Long> echoed;

  @Override
  public List<Row> run(Bench bench) throws Exception {
    Optional<Path> program = Server.find(PROGRAM);
    if (program.isEmpty()) {
      return List.of(Row.missing(WORK + "p50", RAW, PROGRAM));
    }
    int port = Server.freePort();
    Path folder = bench.work().resolve("mosquitto");
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("conf"), "listener " + port + " 127.0.0.1\nallow_anonymous true\n");
    Figure[] ours = {new Figure(), new Figure(), new Figure()};
    Figure[] raw = {new Figure(), new Figure()};
    try (Server broker =
            Server.start(
                bench.serverCpus(), folder, Map.of(), program.get().toString(), "-c", "conf");
        Manager manager =
            Manager.start(bench, "mqtt", Map.of("MQTT_URL", "mqtt://127.0.0.1:" + port))) {
      Push push = new Push(manager);
      MqttClient client = connect(bench, port);
      client.publishHandler(
          message -> {
            if (message.topicName().equals("raw")) {
              echo();
            } else {
              push.verified(message.payload());
            }
          });
      Http.await(client.subscribe(Map.of("raw", 1, "system/config/" + Push.SERVICE, 1)));
      push.warmUp(bench.warmUp());
      echoes(client, Push.CHANGES);
      for (int round = 0; round < bench.rounds(); round++) {
        Push.Times times = push.changes(Push.CHANGES);
        ours[0].add(times.fromCommit().p50() - times.commitMillis());
        ours[1].add(times.fromCommit().p99() - times.commitMillis());
        ours[2].add(times.fromRequest().p50());
        Samples plain = echoes(client, Push.CHANGES);
        raw[0].add(plain.p50());
        raw[1].add(plain.p99());
        Bench.say(
            "mqtt: commit %s ms, with it p50 %s ms, p99 %s ms, raw %s and %s ms"
                .formatted(
                    Figure.number(times.commitMillis()),
                    Figure.number(times.fromCommit().p50()),
                    Figure.number(times.fromCommit().p99()),
                    Figure.number(plain.p50()),
                    Figure.number(plain.p99())));
      }
      Http.await(client.disconnect());
    }
    List<Row> rows = new ArrayList<>();
    rows.add(Row.above(WORK + "p50", ours[0], RAW, raw[0], Row.Aim.atMost(1, "ms more")));
    rows.add(Row.above(WORK + "p99", ours[1], RAW, raw[1], Row.Aim.atMost(5, "ms more")));
    rows.add(Row.told("the same from sending the change, with its commit, ms: p50", ours[2]));
    return rows;
  }

  private static MqttClient connect(Bench bench, int port) throws Exception {
    MqttClient client =
        MqttClient.create(
            bench.vertx(),
            new MqttClientOptions().setMaxMessageSize(1 << 20).setAutoKeepAlive(true));
    for (int attempt = 0; ; attempt++) {
      try {
        Http.await(client.connect(port, "127.0.0.1"));
        return client;
      } catch (IOException e) {
        if (attempt > 100) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  private void echo() {
    Promise<Long> waiting = echoed;
    if (waiting != null) {
      waiting.tryComplete(System.nanoTime());
    }
  }

  private Samples echoes(MqttClient client, int count) throws Exception {
    Samples samples = new Samples();
    Buffer payload = Buffer.buffer(new byte[MESSAGE_BYTES]);
    for (int i = 0; i < count; i++) {
      Promise<Long> next = Promise.promise();
      echoed = next;
      long began = System.nanoTime();
      client.publish("raw", payload, MqttQoS.AT_LEAST_ONCE, false, false);
      samples.add(Http.await(next.future()) - began);
    }
    return samples;
  }
}

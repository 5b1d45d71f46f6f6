package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopIT {
  @TempDir Path folder;

  @Test
  void sigterm_whileWriting_endsWithinFiveSecondsAndLosesNothing() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      AtomicLong acknowledged = new AtomicLong(1);
      try (EventStream stream = new EventStream(manager, "", null)) {
        Thread writer = new Thread(() -> write(manager, acknowledged));
        writer.start();
        while (acknowledged.get() < 30) {
          Thread.onSpinWait();
        }
        assertThat(manager.terminate()).isLessThan(5_000);
        writer.join();
        assertThat(stream.of("config")).isNotEmpty();
      }
      assertThat(manager.data("config.db-wal")).as("checkpointed and closed").doesNotExist();
      long cached =
          new JsonObject(Files.readString(manager.data("config.lkg.json")))
              .getJsonObject("payload")
              .getJsonObject("versions")
              .getLong("router");
      assertThat(cached).isGreaterThanOrEqualTo(acknowledged.get());
      assertThat(ManagerProcess.text(manager.log())).doesNotContain("ERROR").contains("Stopped");
      manager.startAgain();
      assertThat(manager.service("router").getLong("version"))
          .isGreaterThanOrEqualTo(acknowledged.get());
    }
  }

  private static void write(ManagerProcess manager, AtomicLong acknowledged) {
    try {
      while (true) {
        long version = acknowledged.get();
        HttpResponse<String> response =
            manager.patch("router", version, "{\"router_wake_ack_text\":\"v" + version + "\"}");
        if (response.statusCode() != 200) {
          return;
        }
        acknowledged.set(version + 1);
      }
    } catch (IOException e) {
      acknowledged.get(); // The process stopped, as it should.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

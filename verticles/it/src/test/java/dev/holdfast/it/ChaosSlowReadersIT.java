package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers of events that never read. That their queues are bounded, that a newer state takes the
 * place of an older one and that they are closed in the end is shown by the tests of the HTTP room;
 * here it is what they cost the process, and what others notice.
 */
@Chaos.Suite
class ChaosSlowReadersIT {
  private static final int READERS = 500;
  private static final int SERVICES = 20;
  private static final int SIZE = 100_000;

  /** So much more than the sockets' buffers take that the manager has to hold it or let it go. */
  private static final int FILLING = 2;

  private static final int ROUNDS = Chaos.cycles(1, 20);

  @TempDir Path folder;

  @Test
  void slowReaders_costLittleAndOthersDoNotNotice() throws Exception {
    // With as much room as it could ask for, what it holds would show.
    Map<String, String> roomy =
        Map.of(
            "_JAVA_OPTIONS",
            "-Xmx1500m",
            "CONFIG_API_TOKENS",
            TestToken.entry("operator", "config.write:op"));
    List<SocketChannel> readers = new ArrayList<>();
    try (ManagerProcess manager = Witness.started(folder, roomy)) {
      String[] services = new String[SERVICES];
      for (int i = 0; i < SERVICES; i++) {
        services[i] = "service-" + (char) ('a' + i);
      }
      Fleet fleet = new Fleet(manager, services);
      fleet.rounds(3); // The first of all are slow by themselves.
      long quiet = HonestClient.p99(manager, "operator", () -> false);
      long before = residentKilobytes(manager);
      for (int i = 0; i < READERS; i++) {
        readers.add(reader(manager));
      }
      // Until the sockets' buffers are full they are readers like others.
      fleet.rounds(FILLING);
      Thread writer = new Thread(() -> fleet.rounds(ROUNDS));
      try (EventStream other =
          new EventStream(manager, "?services=service-a", null, TestToken.header("operator"))) {
        writer.start();
        long during = HonestClient.p99(manager, "operator", writer::isAlive);
        writer.join();
        long newest = fleet.version("service-a");
        long heard =
            Witness.await(
                Duration.ofSeconds(5),
                "a reader that reads gets the newest state",
                () ->
                    other.of("config").stream()
                        .anyMatch(
                            event -> new JsonObject(event.data()).getLong("version") == newest),
                () -> other.of("config").size());
        long each = Math.max(0, residentKilobytes(manager) - before) / READERS;
        FaultTable.row(
            "slow SSE readers",
            READERS,
            FaultTable.NONE,
            FaultTable.NONE,
            FaultTable.NONE,
            ("%,d KiB each while %,d changes of %,d KiB were sent; others' p99 %,d ms, %,d ms"
                    + " without them; a live reader is up to date after %,d ms")
                .formatted(each, ROUNDS * SERVICES, SIZE / 1000, during, quiet, heard));
        assertThat(each).as("KiB for each slow reader").isLessThanOrEqualTo(1024);
        assertThat(during).as("others' p99 in ms, %d without", quiet).isLessThan(250);
      }
      assertThat(fleet.failed.get()).as("changes that were refused").isZero();
    } finally {
      for (SocketChannel reader : readers) {
        reader.close();
      }
    }
  }

  /** Services that are changed again and again. */
  private static final class Fleet {
    private final ManagerProcess manager;
    private final String[] services;
    private final long[] versions;
    private final AtomicInteger failed = new AtomicInteger();

    Fleet(ManagerProcess manager, String... services) throws Exception {
      this.manager = manager;
      this.services = services;
      this.versions = new long[services.length];
      for (int i = 0; i < services.length; i++) {
        var made =
            manager.call(
                "PUT",
                "/api/config/services/" + services[i] + "?untyped=true",
                TestToken.of("operator"),
                "{\"version\":0,\"config\":{\"value\":\"none\"}}");
        assertThat(made.statusCode()).as(made.body()).isIn(200, 201);
        versions[i] = 1;
      }
    }

    void rounds(int count) {
      for (int round = 0; round < count; round++) {
        for (int i = 0; i < services.length; i++) {
          change(i);
        }
      }
    }

    private void change(int i) {
      String body = "{\"value\":\"" + (char) ('a' + versions[i] % 26) + "x".repeat(SIZE) + "\"}";
      try {
        var response =
            manager.call(
                "PATCH",
                "/api/config/services/" + services[i] + "?version=" + versions[i],
                TestToken.of("operator"),
                body);
        if (response.statusCode() == 200) {
          versions[i]++;
        } else {
          failed.incrementAndGet();
        }
      } catch (IOException e) {
        failed.incrementAndGet();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    long version(String service) {
      return versions[List.of(services).indexOf(service)];
    }
  }

  /** Asks for all events and never reads one. */
  private static SocketChannel reader(ManagerProcess manager) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 4096);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), manager.port));
    channel.write(
        ByteBuffer.wrap(
            ("GET /api/config/events HTTP/1.1\r\nHost: x\r\nX-API-Token: "
                    + TestToken.of("operator")
                    + "\r\n\r\n")
                .getBytes(US_ASCII)));
    return channel;
  }

  private static long residentKilobytes(ManagerProcess manager) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + manager.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }
}

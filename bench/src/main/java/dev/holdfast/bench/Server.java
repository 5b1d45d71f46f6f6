package dev.holdfast.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that is measured, on the processors for servers. Stopped when closed. */
final class Server implements AutoCloseable {
  private static final long STOP_SECONDS = 15;

  private final Process process;
  private final Path log;
  private final long began;

  private Server(Process process, Path log, long began) {
    this.process = process;
    this.log = log;
    this.began = began;
  }

  /** Starts a command in a folder, which is made; what it prints goes to {@code log} in there. */
  static Server start(String cpus, Path folder, Map<String, String> environment, String... command)
      throws IOException {
    Files.createDirectories(folder);
    Path log = folder.resolve("log");
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpus));
    pinned.addAll(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(pinned)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    long began = System.nanoTime();
    return new Server(builder.start(), log, began);
  }

  /** The program of that name, if it is installed. */
  static Optional<Path> find(String program) {
    String places = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
    return Stream.of(places.split(":"))
        .map(place -> Path.of(place, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A port nobody listens on now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Waits until that answers, and gives the milliseconds since the start of the process. */
  double await(Http http, String path) throws Exception {
    while (true) {
      try {
        if (http.get(path).status() < 300) {
          return millis();
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      if (!process.isAlive()) {
        throw new IllegalStateException("it ended: " + Files.readString(log));
      }
      if (millis() > TimeUnit.MINUTES.toMillis(5)) {
        throw new IllegalStateException("not ready in time: " + Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private double millis() {
    return (System.nanoTime() - began) / 1e6;
  }

  /** What of it is resident, in MiB. */
  double residentMib() throws IOException {
    return status("VmRSS:") / 1024.0;
  }

  /** The most that was resident, in MiB. */
  double peakMib() throws IOException {
    return status("VmHWM:") / 1024.0;
  }

  private long status(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Stops its threads until {@link #resume}: a compiler or a collector of a side that waits takes
   * no time from the side that has its turn.
   */
  void hold() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on for as long as that takes, and stops it again. */
  <T> T turn(Callable<T> measured) throws Exception {
    resume();
    T result = measured.call();
    hold();
    return result;
  }

  /** Returns after a moment, in which it closes the connections that were idle for too long. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
    TimeUnit.MILLISECONDS.sleep(200);
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + " gave " + code);
    }
  }

  /** Waits until it ends by itself. */
  void end() throws InterruptedException {
    process.waitFor();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (process.isAlive()) {
      signal("CONT");
    }
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}

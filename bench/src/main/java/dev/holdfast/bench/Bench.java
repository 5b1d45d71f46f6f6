package dev.holdfast.bench;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What all measurements share.
 *
 * @param vertx of the load clients
 * @param home the checkout
 * @param work a folder for the data of what is measured, on the disk that is to be measured
 * @param serverCpus where servers run, as taskset takes it
 * @param loadCpus where the load runs
 * @param rounds how often each side has its turn
 * @param seconds how long a turn lasts
 * @param small whether the slow sizes are left out, as in the short form
 */
record Bench(
    Vertx vertx,
    Path home,
    Path work,
    String serverCpus,
    String loadCpus,
    int rounds,
    int seconds,
    boolean small) {

  static final String BENCHMARKS = "bench/target/benchmarks.jar";

  /** A client of a server on this machine. */
  Http http(int port, int connections, Map<String, String> headers) {
    return new Http(vertx, port, connections, headers);
  }

  Load load() {
    return new Load(vertx);
  }

  /** How many seconds a JVM is under load before it counts: until its compiler has little to do. */
  double warmUp() {
    return small ? 30 : 40;
  }

  /** The same with a folder of its own, to measure once more. */
  Bench anew() {
    return new Bench(
        vertx, home, work.resolve("again"), serverCpus, loadCpus, rounds, seconds, small);
  }

  /** The same, with servers on every processor. */
  Bench onAllProcessors() {
    return new Bench(
        vertx, home, work, serverCpus + "," + loadCpus, loadCpus, rounds, seconds, small);
  }

  /**
   * Starts a main class of the harness's own, with the options of the JVM that the launcher has.
   */
  Server java(String name, Class<?> main, String... arguments) throws IOException {
    String[] command = new String[8 + arguments.length];
    String[] head = {
      "java",
      "-XX:+UseSerialGC",
      "-Xms40m",
      "-Xmn24m",
      "-Xmx512m",
      "-cp",
      home.resolve(BENCHMARKS).toString(),
      main.getName()
    };
    System.arraycopy(head, 0, command, 0, head.length);
    System.arraycopy(arguments, 0, command, head.length, arguments.length);
    return Server.start(serverCpus, work.resolve(name), Map.of("MALLOC_ARENA_MAX", "2"), command);
  }

  /** Runs such a class to its end, and gives the number that it prints as {@code name=number}. */
  double printed(String name, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    Path folder = work.resolve(name);
    try (Server server = java(name, main, arguments)) {
      server.end();
    }
    return Files.readAllLines(folder.resolve("log")).stream()
        .filter(line -> line.startsWith(name + "="))
        .reduce((before, last) -> last)
        .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .orElseThrow(() -> new IllegalStateException("no " + name + " in " + folder));
  }

  /** Tells what is done now, to whoever waits. */
  static void say(String what) {
    System.err.println("bench: " + what);
  }
}

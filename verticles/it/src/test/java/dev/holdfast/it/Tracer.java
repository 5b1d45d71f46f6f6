package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code strace} on all threads of a running manager, which makes system calls on one file fail, or
 * ends the manager in one. Each thread counts its calls for itself.
 */
final class Tracer implements AutoCloseable {
  private static final String INJECTED = "(INJECTED)";

  private final Process process;
  private final Path log;

  private Tracer(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Begins; every thread is traced when this returns.
   *
   * @param file as the manager names it, whether it exists yet or not
   * @param calls comma list
   * @param what such as {@code error=EIO:when=3}; see {@code strace(1)}, "Tampering"
   */
  static Tracer inject(ManagerProcess manager, Path file, String calls, String what)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("holdfast", ".strace");
    String strace = ManagerProcess.require("strace").toString();
    List<String> command =
        List.of(
            strace,
            "-f",
            "-qq",
            "-p",
            String.valueOf(manager.pid()),
            "-o",
            log.toString(),
            "-e",
            "trace=" + calls,
            "-e",
            "inject=" + calls + ":" + what,
            "-P",
            file.toAbsolutePath().toString());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Tracer tracer = new Tracer(process, log);
    try {
      tracer.awaitAttached(manager);
      return tracer;
    } catch (IOException | InterruptedException | AssertionError e) {
      tracer.close();
      throw e;
    }
  }

  private void awaitAttached(ManagerProcess manager) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!isTracingAll(manager)) {
      assertThat(process.isAlive()).as("strace runs").isTrue();
      assertThat(System.nanoTime()).as("strace attaches within 10 s").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private boolean isTracingAll(ManagerProcess manager) throws IOException {
    String traced = "TracerPid:\t" + process.pid() + "\n";
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + manager.pid() + "/task"))) {
      // A thread that ended between the two looks has nothing to trace.
      return threads
          .map(thread -> ManagerProcess.text(thread.resolve("status")))
          .allMatch(status -> status.contains(traced) || !status.contains("TracerPid"));
    }
  }

  /** How many calls it has made fail so far. */
  long injected() throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(INJECTED)).count();
    }
  }

  /** All calls that it saw so far, one a line. */
  List<String> seen() throws IOException {
    return Files.readAllLines(log);
  }

  /** The most calls that one thread has made so far. */
  int mostOfOneThread() throws IOException {
    Map<String, Integer> calls = new HashMap<>();
    for (String line : seen()) {
      if (!line.contains(" resumed>")) {
        calls.merge(line.substring(0, line.indexOf(' ')), 1, Integer::sum);
      }
    }
    return calls.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Lets the manager go on untouched. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Files.deleteIfExists(log);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

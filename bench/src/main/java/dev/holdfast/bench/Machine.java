package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on. */
final class Machine {
  private Machine() {}

  /** One line: processors, memory, kernel, disk, JDK, how sides were pinned, rounds. */
  static String describe(Bench bench) throws IOException {
    String processor =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 2))
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    long cores =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("processor"))
            .count();
    long memory =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(line -> line.startsWith("MemTotal:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / (1 << 20))
            .findFirst()
            .orElse(0);
    return ("%d × %s, %d GiB, Linux %s, %s; JDK %s; servers on processor %s, load on %s;"
            + " %d rounds of %d s after one to warm up")
        .formatted(
            cores,
            processor,
            memory,
            System.getProperty("os.version"),
            Files.getFileStore(bench.work()).type(),
            Runtime.version(),
            bench.serverCpus(),
            bench.loadCpus(),
            bench.rounds(),
            bench.seconds());
  }
}

package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the classes of the fault suite share: how often, what they need of the machine, and file
 * systems of their own that are unmounted whatever happens.
 *
 * <p>{@code mvn verify} runs the short form, {@code mvn verify -Pchaos} the full figures. {@code
 * -Dholdfast.chaos.cycles=N} caps both, for a look at one row.
 */
final class Chaos {
  /** Whether the full figures are asked for. */
  static final boolean FULL = "full".equals(System.getProperty("holdfast.chaos"));

  private static final Path PROC_SELF = Path.of("/proc/self/status");
  private static final int CAP = Integer.getInteger("holdfast.chaos.cycles", Integer.MAX_VALUE);

  private Chaos() {}

  /** On every class of the suite: its tag, and the table that is printed after it. */
  @Tag("chaos")
  @ExtendWith(FaultTable.class)
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Suite {}

  /** How often to cause a fault: the one figure in the short form, the other in the full one. */
  static int cycles(int shortForm, int full) {
    return Math.max(1, Math.min(CAP, FULL ? full : shortForm));
  }

  /** Skips the test where one of the programs is missing, which in CI fails it. */
  static void require(String fault, String... programs) {
    for (String program : programs) {
      need(fault, ManagerProcess.find(program) != null, program);
    }
  }

  /** Skips the test where file systems cannot be mounted, which in CI fails it. */
  static void requireMount(String fault) throws Exception {
    require(fault, "mount", "umount");
    need(fault, Integer.valueOf(0).equals(Files.getAttribute(PROC_SELF, "unix:uid")), "root");
    Path trial = Files.createTempDirectory("holdfast-mount");
    try {
      boolean mounted =
          status("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", trial.toString()) == 0;
      if (mounted) {
        status("umount", trial.toString());
      }
      need(fault, mounted, "right to mount");
    } finally {
      Files.deleteIfExists(trial);
    }
  }

  /** Skips the test where no file can be mounted as a disk, which in CI fails it. */
  static void requireLoop(String fault) throws Exception {
    requireMount(fault);
    require(fault, "losetup", "mkfs.ext4");
    need(fault, status("losetup", "--find") == 0, "loop device");
  }

  private static void need(String fault, boolean there, String what) {
    if (there) {
      return;
    }
    FaultTable.skipped(fault, what + " missing");
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(what + " missing");
    }
    Assumptions.abort("skipped: " + what + " missing");
  }

  /** Runs a command for at most a minute and gives its exit code, or -1 when it took longer. */
  static int status(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Runs a command to its end within a minute; fails unless it exits 0. Gives its output. */
  static String run(String... command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("holdfast", ".out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      String text = Files.readString(out, StandardCharsets.UTF_8);
      assertThat(ended).as("%s ends; %s", String.join(" ", command), text).isTrue();
      assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), text).isZero();
      return text;
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(out);
    }
  }

  /** A file system in memory with room for so many megabytes. */
  static Disk tmpfs(Path point, int megabytes) throws Exception {
    Disk disk = new Disk(point, List.of("-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs"));
    disk.mount();
    return disk;
  }

  /** A new ext4 file system of so many megabytes in the file {@code image}. */
  static Disk ext4(Path image, Path point, int megabytes) throws Exception {
    run("truncate", "-s", megabytes + "M", image.toString());
    run("mkfs.ext4", "-q", "-F", image.toString());
    Disk disk = new Disk(point, List.of("-o", "loop", image.toString()));
    disk.mount();
    return disk;
  }

  /** A file system that a test mounted; closing it, or the end of the JVM, unmounts it. */
  static final class Disk implements AutoCloseable {
    private final Path point;
    private final List<String> what;
    private final Thread atExit = new Thread(this::unmountAnyhow);

    private Disk(Path point, List<String> what) throws IOException {
      this.point = Files.createDirectories(point);
      this.what = what;
      Runtime.getRuntime().addShutdownHook(atExit);
    }

    Path point() {
      return point;
    }

    void mount() throws Exception {
      List<String> command = new ArrayList<>(List.of("mount"));
      command.addAll(what);
      command.add(point.toString());
      run(command.toArray(String[]::new));
    }

    /** Alters it while it is mounted, such as to {@code ro} or {@code rw}. */
    void remount(String options) throws Exception {
      run("mount", "-o", "remount," + options, point.toString());
    }

    /** Nobody may hold a file on it open. */
    void unmount() throws Exception {
      run("umount", point.toString());
    }

    /** As if the power were cut: from now on all fails, and what was not synced is gone. */
    void cutPower() throws Exception {
      run("xfs_io", "-x", "-c", "shutdown", point.toString());
    }

    private void unmountAnyhow() {
      try {
        if (status("mountpoint", "-q", point.toString()) == 0
            && status("umount", point.toString()) != 0) {
          status("umount", "-l", point.toString());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      unmountAnyhow();
      Runtime.getRuntime().removeShutdownHook(atExit);
    }
  }

  /**
   * Variables with which a manager starts as fast as through {@code ./holdfast}: from an archive of
   * loaded classes, which the first call of a run makes by a short start of its own.
   */
  static synchronized Map<String, String> quickStart() throws Exception {
    Path archive = Path.of("target/chaos-classes.jsa").toAbsolutePath();
    if (!Files.exists(archive)
        || Files.getLastModifiedTime(archive)
                .compareTo(Files.getLastModifiedTime(ManagerProcess.JAR))
            < 0) {
      Files.deleteIfExists(archive);
      Path trial = Files.createTempDirectory("holdfast-trial");
      Map<String, String> write =
          Map.of("JAVA_TOOL_OPTIONS", "-XX:ArchiveClassesAtExit=" + archive);
      try (ManagerProcess manager = ManagerProcess.start(trial, write)) {
        manager.reader();
      }
      run("rm", "-r", trial.toString());
    }
    return Map.of("JAVA_TOOL_OPTIONS", "-Xshare:auto -XX:SharedArchiveFile=" + archive);
  }
}

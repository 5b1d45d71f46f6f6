package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manager tells systemd, with a script in the place of systemd-notify. */
class SystemdIT {
  @TempDir Path folder;

  @Test
  void manager_underSystemd_tellsReadyAliveAndStopping() throws Exception {
    Path told = folder.resolve("told");
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path script =
        Files.writeString(bin.resolve("systemd-notify"), "#!/bin/sh\necho \"$1\" >> " + told);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> environment =
        Map.of(
            "PATH", bin + ":" + System.getenv("PATH"),
            "NOTIFY_SOCKET", "@holdfast-test",
            "WATCHDOG_USEC", "1000000");
    try (ManagerProcess manager = ManagerProcess.start(folder, environment)) {
      await()
          .until(
              () -> {
                List<String> lines = Files.exists(told) ? Files.readAllLines(told) : List.of();
                return lines.contains("READY=1")
                    && lines.stream().filter("WATCHDOG=1"::equals).count() > 2;
              });
      assertThat(Files.readString(told)).doesNotContain("STOPPING");
      manager.terminate();
      assertThat(Files.readAllLines(told)).contains("STOPPING=1");
    }
  }

  @Test
  void manager_withoutSystemd_runsNothing() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      assertThat(ManagerProcess.text(manager.log())).doesNotContain("systemd-notify");
    }
  }
}

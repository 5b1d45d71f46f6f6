package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
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

  /** The real program, and a real socket of the abstract kind. */
  @Test
  void manager_realSocket_hearsReadyAliveAndStopping() throws Exception {
    ManagerProcess.require("systemd-notify");
    String python = ManagerProcess.require("python3").toString();
    Path heard = folder.resolve("heard");
    String name = "@holdfast-" + ProcessHandle.current().pid();
    String listener =
        """
        import socket, sys
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(sys.argv[1].replace('@', chr(0)))
        while True:
            print(s.recv(4096).decode(), flush=True)
        """;
    Process process =
        new ProcessBuilder(python, "-c", listener, name)
            .redirectErrorStream(true)
            .redirectOutput(heard.toFile())
            .start();
    Map<String, String> environment = Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "1000000");
    try (ManagerProcess manager = ManagerProcess.start(folder, environment)) {
      await().until(() -> Files.readAllLines(heard).contains("WATCHDOG=1"));
      assertThat(Files.readAllLines(heard)).contains("READY=1").doesNotContain("STOPPING=1");
      manager.terminate();
      await().until(() -> Files.readAllLines(heard).contains("STOPPING=1"));
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  /** systemd's own reading of the units; a name it does not know is a line of output. */
  @Test
  void units_systemdFindsNoFault() throws Exception {
    String analyze = ManagerProcess.require("systemd-analyze").toString();
    List<String> command = new ArrayList<>(List.of(analyze, "verify", "--man=no"));
    command.add("--recursive-errors=no");
    for (String name : List.of("holdfast.service", "holdfast-backup.service")) {
      String unit =
          Files.readString(ManagerProcess.ROOT.resolve("deploy/systemd").resolve(name))
              .replace("ExecStart=/opt/holdfast/holdfast", "ExecStart=/bin/true");
      command.add(Files.writeString(folder.resolve(name), unit).toString());
    }
    assertThat(ManagerProcess.run(folder, command.toArray(String[]::new))).isEmpty();
  }
}

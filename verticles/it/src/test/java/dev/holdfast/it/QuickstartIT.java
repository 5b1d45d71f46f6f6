package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation is the test: every command of the quickstart, in order, in one shell. */
class QuickstartIT {
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```sh\\n(.*?)^```$(?:\\s*^```text\\n(.*?)^```$)?");

  private static final String MARK = "--- next step";

  @TempDir Path folder;

  @Test
  void quickstart_everyCommand_works() throws Exception {
    for (String program : List.of("curl", "jq", "mosquitto_sub", "sqlite3", "openssl")) {
      ManagerProcess.require(program);
    }
    int port = ManagerProcess.freePort();
    int mqttPort = ManagerProcess.freePort();
    String text = Files.readString(ManagerProcess.ROOT.resolve("docs/quickstart.md"));
    List<String> commands = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      commands.add(blocks.group(1));
      expected.add(blocks.group(2));
    }
    assertThat(commands).hasSizeGreaterThan(5);

    Path launcher = folder.resolve("holdfast");
    Files.writeString(launcher, "#!/bin/sh\nexec " + ManagerProcess.ROOT + "/holdfast \"$@\"\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    StringBuilder script =
        new StringBuilder("set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n");
    for (String command : commands) {
      script.append("echo '").append(MARK).append("'\n").append(command);
    }
    Path file = folder.resolve("quickstart.sh");
    Files.writeString(
        file,
        script
            .toString()
            .replace("8081", String.valueOf(port))
            .replace("1883", String.valueOf(mqttPort)));
    ProcessBuilder builder = new ProcessBuilder("bash", file.toString()).directory(folder.toFile());
    builder.environment().put("CONFIG_MANAGER_PORT", String.valueOf(port));
    builder.environment().put("CONFIG_EMBEDDED_MQTT_PORT", String.valueOf(mqttPort));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process = builder.redirectError(err.toFile()).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(120, java.util.concurrent.TimeUnit.SECONDS))
          .as(() -> ManagerProcess.text(out))
          .isTrue();
      assertThat(process.exitValue())
          .as(ManagerProcess.text(out) + ManagerProcess.text(err))
          .isZero();
      String[] steps = ManagerProcess.text(out).split(MARK + "\n", -1);
      for (int i = 0; i < commands.size(); i++) {
        if (expected.get(i) != null) {
          assertThat(steps[i + 1]).as(commands.get(i)).isEqualTo(expected.get(i));
        }
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}

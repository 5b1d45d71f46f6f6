package dev.holdfast.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of the jar, run to its end in a manager's folder and environment.
 *
 * @param exitCode how it ended
 * @param out what it printed
 * @param err what it logged
 */
record Command(int exitCode, String out, String err) {
  static Command run(ManagerProcess manager, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(ManagerProcess.JAVA, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar"));
    command.add(ManagerProcess.JAR.toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("holdfast", ".out");
    Path err = Files.createTempFile("holdfast", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).directory(manager.folder.toFile());
    ManagerProcess.cleanEnvironment(builder);
    builder.environment().putAll(manager.environment());
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS))
          .as("%s ends", String.join(" ", arguments))
          .isTrue();
      return new Command(
          process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  /** The same, which must end well. */
  static Command succeed(ManagerProcess manager, String... arguments)
      throws IOException, InterruptedException {
    Command done = run(manager, arguments);
    assertThat(done.exitCode()).as("%s: %s", List.of(arguments), done.text()).isZero();
    return done;
  }

  /** All it said. */
  String text() {
    return out + err;
  }
}

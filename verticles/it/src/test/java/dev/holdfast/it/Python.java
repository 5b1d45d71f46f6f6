package dev.holdfast.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A Python that has the package the recipes of the documentation need. */
final class Python {
  private Python() {}

  /** Its path; on a developer's machine a missing one skips the test, in CI it fails. */
  static String program() throws IOException {
    for (String part : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path program = Path.of(part, "python3");
      if (Files.isExecutable(program)
          && new ProcessBuilder(program.toString(), "-c", "import cryptography")
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .onExit()
                  .join()
                  .exitValue()
              == 0) {
        return program.toString();
      }
    }
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError("python3 with cryptography is missing");
    }
    Assumptions.abort("skipped: python3 with cryptography missing");
    return "";
  }
}

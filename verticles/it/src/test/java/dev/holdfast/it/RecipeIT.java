package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation is the test: a secret can be had from the files alone, without the manager. */
class RecipeIT {
  private static final Pattern PYTHON = Pattern.compile("(?ms)^```python\\n(.*?)^```$");

  @TempDir Path folder;

  @Test
  void recipe_stoppedManager_opensTheSecret() throws Exception {
    String python = Python.program();
    Canary canary = Canary.special("recipe");
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      Vault.ok(Vault.put(manager, "tts-worker", "eleven_api_key", canary.value()));
      Vault.ok(Vault.put(manager, "camera", "stream_token", "another"));
      manager.terminate();
    }
    String text = Files.readString(ManagerProcess.ROOT.resolve("docs/keys.md"));
    Matcher block = PYTHON.matcher(text);
    assertThat(block.find()).as("docs/keys.md has a python block").isTrue();
    String recipe = block.group(1);
    assertThat(recipe.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(30);
    Path script = Files.writeString(folder.resolve("recipe.py"), recipe);
    String printed =
        ManagerProcess.run(
            folder,
            python,
            script.toString(),
            ".env",
            "data/config/config.db",
            "tts-worker",
            "eleven_api_key");
    assertThat(printed.stripTrailing()).isEqualTo(canary.value());
  }
}

package dev.holdfast.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeygenCommandTest {
  @TempDir Path folder;

  @Test
  void keygen_output_isACompleteEnvFile() {
    CommandRun commands = new CommandRun(folder);
    assertThat(commands.run("keygen")).isZero();
    Map<String, String> values = new HashMap<>();
    Dotenv.parse("out", commands.out().getBytes(UTF_8))
        .forEach((name, entry) -> values.put(name, entry.value()));
    assertThat(FirstRun.generate(values, List.of())).isEmpty();
    assertThat(Bootstrap.crypto(values).masterKeyId())
        .isEqualTo(values.get("CONFIG_MASTER_KEY_ID"));
    assertThat(values.get("CONFIG_API_TOKENS")).contains(":config.read,").endsWith(":config.write");
    assertThat(commands.err()).isEmpty();
  }

  @Test
  void keygen_folder_staysAsItWas() throws Exception {
    CommandRun commands = new CommandRun(folder);
    byte[] before = Files.readAllBytes(commands.envFile);
    commands.run("keygen");
    assertThat(Files.readAllBytes(commands.envFile)).isEqualTo(before);
    assertThat(folder).isDirectoryContaining(path -> path.equals(commands.envFile));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void help_commands_areAllNamed() {
    CommandRun commands = new CommandRun(folder);
    assertThat(commands.run("--help")).isZero();
    assertThat(commands.out()).contains("run", "keygen", "rotate", "secrets", "audit");
    assertThat(commands.run("rotate", "--help")).isZero();
    assertThat(commands.out()).contains("master, hmac, signature").contains("--drop-old");
    assertThat(commands.run("rotate", "other")).isEqualTo(2);
    assertThat(commands.run("secrets")).isEqualTo(2);
    assertThat(commands.run("rotate", "master", "--force")).isEqualTo(2);
  }
}

package dev.holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstRunTest {
  @TempDir Path folder;

  @Test
  void generate_nothingSet_makesKeysAndTokens() {
    Map<String, String> generated = FirstRun.generate(Map.of(), List.of(folder.resolve("no.db")));
    assertThat(generated)
        .containsOnlyKeys(
            "CONFIG_MASTER_KEY_BASE64",
            "CONFIG_MASTER_KEY_ID",
            "LKG_HMAC_KEY_BASE64",
            "LKG_HMAC_KEY_ID",
            "CONFIG_SIGNATURE_PRIVATE_KEY",
            "CONFIG_SIGNATURE_PUBLIC_KEY",
            "REBUILD_TOKEN",
            "CONFIG_API_TOKENS");
    assertThat(generated.get("CONFIG_API_TOKENS"))
        .matches("[A-Za-z0-9_-]{43}:config\\.read,[A-Za-z0-9_-]{43}:config\\.write");
    assertThat(FirstRun.generate(Map.of(), List.of()).values())
        .doesNotContainAnyElementsOf(generated.values());
  }

  @Test
  void generate_everythingSet_makesNothing() {
    Map<String, String> all = FirstRun.generate(Map.of(), List.of());
    assertThat(FirstRun.generate(all, List.of())).isEmpty();
  }

  @Test
  void generate_keyMissingOverData_isRefusedAndNamed() throws IOException {
    Path data = Files.createFile(folder.resolve("config.lkg.json"));
    Map<String, String> most = new HashMap<>(FirstRun.generate(Map.of(), List.of()));
    most.remove("LKG_HMAC_KEY_BASE64");
    assertThatThrownBy(() -> FirstRun.generate(most, List.of(folder.resolve("no.db"), data)))
        .isInstanceOfSatisfying(
            StartFailure.class,
            failure -> {
              assertThat(failure.exitCode()).isEqualTo(78);
              assertThat(failure.line()).contains("LKG_HMAC_KEY_BASE64").contains(data.toString());
              assertThat(failure.line()).doesNotContain("CONFIG_MASTER_KEY_BASE64");
            });
  }

  @Test
  void generate_tokensMissingOverData_areMade() throws IOException {
    Path data = Files.createFile(folder.resolve("config.db"));
    Map<String, String> most = new HashMap<>(FirstRun.generate(Map.of(), List.of()));
    most.remove("CONFIG_API_TOKENS");
    assertThat(FirstRun.generate(most, List.of(data))).containsOnlyKeys("CONFIG_API_TOKENS");
  }

  @Test
  void generate_halfOfThePair_isRefused() {
    assertThatThrownBy(
            () -> FirstRun.generate(Map.of("CONFIG_SIGNATURE_PRIVATE_KEY", "x"), List.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("CONFIG_SIGNATURE_PUBLIC_KEY is not set");
  }

  @Test
  void save_newFile_isPrivateAndReadBack() throws IOException {
    Path file = folder.resolve(".env");
    Map<String, String> generated = FirstRun.generate(Map.of(), List.of());
    FirstRun.save(file, generated);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Map<String, String> read = new HashMap<>();
    Dotenv.parse("file", Files.readAllBytes(file)).forEach((k, v) -> read.put(k, v.value()));
    assertThat(read).isEqualTo(generated);
  }

  @Test
  void save_notWritable_givesTheLinesToPrint() {
    assertThatThrownBy(() -> FirstRun.save(folder.resolve("no/.env"), Map.of("A", "one two")))
        .isInstanceOfSatisfying(
            StartFailure.class,
            failure -> {
              assertThat(failure.exitCode()).isEqualTo(78);
              assertThat(failure.output()).containsExactly("A=\"one two\"");
              assertThat(failure.line()).doesNotContain("one two");
            });
  }
}

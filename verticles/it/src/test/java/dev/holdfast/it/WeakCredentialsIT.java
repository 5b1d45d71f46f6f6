package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials that everybody knows: no credential at all, or warned about wherever it is seen. */
class WeakCredentialsIT {
  private static final List<String> WEAK =
      List.of(
          "readonly-token",
          "admin-token",
          "admin",
          "password",
          "secret",
          "token",
          "test",
          "12345678",
          "letmein",
          "changeit",
          "holdfast",
          "0123456789abcdef",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

  @TempDir Path folder;

  @Test
  void token_weak_worksAndIsWarnedAboutInLogAndHealth() throws Exception {
    String tokens =
        IntStream.range(0, WEAK.size())
            .mapToObj(i -> WEAK.get(i) + ":config.read:weak-" + i + "-")
            .collect(Collectors.joining(","));
    String strong = TestToken.entry("strong", "config.read:strong");
    try (ManagerProcess manager =
        ManagerProcess.start(folder, Map.of("CONFIG_API_TOKENS", tokens + "," + strong))) {
      Wire.Reply health =
          Wire.once(
              manager, "GET", "/api/config/health?detail=true", TestToken.header("strong"), null);
      List<String> warnings =
          health.json().getJsonObject("detail").getJsonArray("warnings").stream()
              .map(String::valueOf)
              .toList();
      String log = ManagerProcess.text(manager.log());
      for (int i = 0; i < WEAK.size(); i++) {
        String name = "weak-" + i + "-";
        String token = WEAK.get(i);
        assertThat(manager.call("GET", "/api/config/services", token, null).statusCode())
            .as(token)
            .isEqualTo(200);
        assertThat(warnings).as(token).anyMatch(warning -> warning.contains(name));
        assertThat(log.lines().filter(line -> line.contains("WARN") && line.contains(name)))
            .as(token)
            .isNotEmpty();
      }
      assertThat(log + warnings)
          .doesNotContain("readonly-token", "letmein", "aaaaaaaaaaaa", "strong:");
      assertThat(warnings).noneMatch(warning -> warning.contains("token strong"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CHANGEME:config.write",
        "changeme-admin:config.write",
        "00000000-0000-0000-0000-000000000000:config.write",
        ":config.write",
      })
  void token_placeholderInTheList_stopsTheStart(String entry) throws Exception {
    ManagerProcess manager =
        ManagerProcess.prepare(
            folder,
            Map.of(
                "CONFIG_API_TOKENS",
                TestToken.entry("strong", "config.read:strong") + "," + entry));
    try (manager) {
      manager.launch();
      assertThat(manager.awaitExit()).isEqualTo(78);
    }
    assertThat(ManagerProcess.text(manager.log())).contains("CONFIG_API_TOKENS: entry 2");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void credential_placeholder_isReplacedByOneMadeForThis() throws Exception {
    Files.writeString(
        folder.resolve(".env"),
        """
        CONFIG_API_TOKENS=CHANGEME-reader:config.read:dashboard,CHANGEME-admin:config.write:operator
        CONFIG_MASTER_KEY_BASE64=CHANGEME
        CONFIG_MASTER_KEY_ID=00000000-0000-0000-0000-000000000000
        LKG_HMAC_KEY_BASE64=
        REBUILD_TOKEN='  '
        """);
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      String env = Files.readString(folder.resolve(".env"));
      assertThat(env).doesNotContain("CHANGEME", "00000000-0000");
      assertThat(manager.dotenv("REBUILD_TOKEN").strip()).hasSizeGreaterThanOrEqualTo(22);
      for (String token :
          List.of("CHANGEME-reader", "CHANGEME-admin", "CHANGEME", "", "Bearer", "null")) {
        assertThat(manager.call("GET", "/api/config/services", token, null).statusCode())
            .as(token)
            .isEqualTo(401);
      }
      JsonObject me =
          new JsonObject(manager.call("GET", "/api/config/me", manager.admin(), null).body());
      assertThat(me.getString("role")).isEqualTo("config.write");
    }
  }
}

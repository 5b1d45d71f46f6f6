package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code holdfast doctor} on the real jar. */
class DoctorIT {
  @TempDir Path folder;

  @Test
  void doctor_nothingYet_findsNothingToFix_andMakesNothing() throws Exception {
    ManagerProcess manager = ManagerProcess.prepare(folder, Map.of());
    Command doctor = Command.succeed(manager, "doctor");
    assertThat(doctor.out()).contains("none yet: a first start makes it").doesNotContain("error ");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void doctor_besideARunningManager_saysSo() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      manager.environment().put("CONFIG_MANAGER_PORT", String.valueOf(manager.port));
      manager.environment().put("CONFIG_EMBEDDED_MQTT_PORT", String.valueOf(manager.mqttPort));
      Command doctor = Command.succeed(manager, "doctor");
      assertThat(doctor.out())
          .contains("a manager holds it", "taken, as it should by the running manager")
          .contains("belong together", "each of 128 bits or more");
      for (String secret :
          new String[] {"CONFIG_MASTER_KEY_BASE64", "LKG_HMAC_KEY_BASE64", "REBUILD_TOKEN"}) {
        assertThat(doctor.text()).doesNotContain(manager.dotenv(secret));
      }
      assertThat(doctor.text()).doesNotContain(manager.admin()).doesNotContain(manager.reader());
    }
  }

  @Test
  void doctor_muchIsWrong_namesEach_withoutASecret() throws Exception {
    try (ManagerProcess manager = ManagerProcess.start(folder)) {
      manager.terminate();
      Files.setPosixFilePermissions(
          folder.resolve(".env"), PosixFilePermissions.fromString("rw-r--r--"));
      Files.write(manager.data("config.db"), new byte[] {1, 2, 3});
      try (ServerSocket taken = new ServerSocket(0)) {
        Map<String, String> environment = manager.environment();
        environment.put("CONFIG_MANAGER_PORT", String.valueOf(taken.getLocalPort()));
        environment.put("CONFIG_MANAGER_HOST", "0.0.0.0");
        environment.put("MQTT_URL", "mqtt://me:canary-password@127.0.0.1:1");
        environment.put("LITESTREAM_REPLICA_URL", "file:///not/there");
        environment.put("LITESTREAM_EXECUTABLE", "/not/there/either");
        environment.put("CONFIG_API_TOKENS", "canary-short:config.write:anna");
        environment.put("CONFIG_DB_PAHT", "x");
        Command doctor = Command.run(manager, "doctor");
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out())
            .contains("did you mean CONFIG_DB_PATH?")
            .containsPattern("error +\\.env .*chmod 600")
            .containsPattern("error +database ")
            .containsPattern("warning +tokens +anna: under 128 bits")
            .containsPattern("error +port .*CONFIG_MANAGER_PORT")
            .containsPattern("warning +tls ")
            .containsPattern("error +broker .*refused")
            .containsPattern("error +replica .*no such folder")
            .containsPattern("warning +litestream .*LITESTREAM_EXECUTABLE");
        assertThat(doctor.text()).doesNotContain("canary");
      }
    }
  }
}

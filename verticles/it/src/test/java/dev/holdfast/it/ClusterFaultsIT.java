package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Managers and members of a cluster that are killed, stopped, cut off, and come back. */
class ClusterFaultsIT {
  /** Longer than it takes the others to give one up. */
  private static final int SUSPENDED_SECONDS = 12;

  private static final Duration PATIENCE = Duration.ofSeconds(45);

  @TempDir Path folder;

  @Test
  void manager_killedAndStartedAgain_answersAndTellsMembersAgain() throws Exception {
    Tokens tokens = Tokens.write(folder);
    int port = ClusterMember.freePorts();
    try (ManagerProcess manager = ManagerProcess.startInCluster(folder, ClusterMember.at(port));
        ClusterMember member = ClusterMember.join(folder, port);
        ClusterMember other = ClusterMember.join(folder, port)) {
      awaitAnswer(manager, member, tokens);
      awaitAnswer(manager, other, tokens);
      List<String> heard = member.hear("holdfast.config.changed.router");
      manager.kill();
      manager.startAgain();
      awaitAnswer(manager, member, tokens);
      awaitChange(manager, heard);
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                for (ClusterMember each : List.of(member, other)) {
                  for (int i = 0; i < 10; i++) {
                    epoch(each, tokens);
                  }
                }
              });
    }
  }

  @Test
  void registrationOfNobody_isForgotten() throws Exception {
    Tokens tokens = Tokens.write(folder);
    int port = ClusterMember.freePorts();
    try (ManagerProcess manager = ManagerProcess.startInCluster(folder, ClusterMember.at(port));
        ClusterMember member = ClusterMember.join(folder, port)) {
      awaitAnswer(manager, member, tokens);
      member.leaveGhost("holdfast.config.get");
      await()
          .atMost(PATIENCE)
          .until(() -> ManagerProcess.text(manager.log()).contains("nobody is gone"));
      for (int i = 0; i < 10; i++) {
        epoch(member, tokens);
      }
    }
  }

  @Test
  void manager_suspendedUntilGivenUp_comesBackByItself() throws Exception {
    Tokens tokens = Tokens.write(folder);
    int port = ClusterMember.freePorts();
    try (ManagerProcess manager = ManagerProcess.startInCluster(folder, ClusterMember.at(port));
        ClusterMember member = ClusterMember.join(folder, port)) {
      awaitAnswer(manager, member, tokens);
      List<String> heard = member.hear("holdfast.config.changed.router");
      awaitChange(manager, heard);
      signal(manager, "STOP");
      try {
        TimeUnit.SECONDS.sleep(SUSPENDED_SECONDS);
      } finally {
        signal(manager, "CONT");
      }
      awaitAnswer(manager, member, tokens);
      awaitChange(manager, heard);
    }
  }

  @Test
  void member_suspendedOrKilled_endsWithTheNewest() throws Exception {
    Tokens tokens = Tokens.write(folder);
    int port = ClusterMember.freePorts();
    Path out = folder.resolve("client.txt");
    try (ManagerProcess manager = ManagerProcess.startInCluster(folder, ClusterMember.at(port));
        ClusterMember other = ClusterMember.join(folder, port)) {
      awaitAnswer(manager, other, tokens);
      List<String> heard = other.hear("holdfast.config.changed.router");
      Process client = client(manager, port, tokens, out);
      try {
        awaitLine(out, "version 1");
        patch(manager);
        awaitLine(out, "version 2");
        Chaos.status("kill", "-STOP", String.valueOf(client.pid()));
        TimeUnit.SECONDS.sleep(SUSPENDED_SECONDS);
        patch(manager);
        Chaos.status("kill", "-CONT", String.valueOf(client.pid()));
        awaitLine(out, "version 3");
        client.destroyForcibly().waitFor();
        awaitChange(manager, heard);
        client = client(manager, port, tokens, out);
        awaitLine(out, "version 4");
      } finally {
        client.destroyForcibly();
      }
    }
  }

  private Process client(ManagerProcess manager, int port, Tokens tokens, Path out)
      throws Exception {
    JsonObject options =
        new JsonObject()
            .put("bus", true)
            .put("busToken", tokens.of("rita"))
            .put("refreshMillis", 2_000)
            .put("publicKeys", manager.dotenv("CONFIG_SIGNATURE_PUBLIC_KEY"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            BusClientMain.class.getName(),
            folder.toString(),
            String.valueOf(port),
            options.encode(),
            "router");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()));
    builder.redirectError(
        ProcessBuilder.Redirect.appendTo(folder.resolve("client-log.txt").toFile()));
    return builder.start();
  }

  private static void awaitLine(Path out, String line) {
    await().atMost(PATIENCE).until(() -> Files.readAllLines(out).contains(line));
  }

  private static void patch(ManagerProcess manager) throws Exception {
    long version = manager.service("router").getLong("version");
    String patch = "{\"router_wake_ack_text\":\"" + System.nanoTime() + "\"}";
    assertThat(manager.patch("router", version, patch).statusCode()).isEqualTo(200);
  }

  @Test
  void managers_two_oneSpeaksUntilItIsGone() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    Tokens tokens = Tokens.write(folder);
    Files.copy(folder.resolve(".env"), other.resolve(".env"));
    int port = ClusterMember.freePorts();
    int otherPort = ClusterMember.freePorts();
    Map<String, String> joining = new HashMap<>(ClusterMember.at(otherPort));
    joining.put("CONFIG_CLUSTER_MEMBERS", "127.0.0.1:" + port);
    try (ManagerProcess first = ManagerProcess.startInCluster(folder, ClusterMember.at(port));
        ClusterMember member = ClusterMember.join(folder, port)) {
      awaitAnswer(first, member, tokens);
      String firstEpoch = epoch(member, tokens);
      try (ManagerProcess second = ManagerProcess.startInCluster(other, joining)) {
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    ManagerProcess.text(second.log())
                        .contains("another manager answers its members"));
        for (int i = 0; i < 10; i++) {
          assertThat(epoch(member, tokens)).isEqualTo(firstEpoch);
        }
        first.kill();
        String secondEpoch = second.service("router").getString("config_epoch");
        assertThat(secondEpoch).isNotEqualTo(firstEpoch);
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> secondEpoch.equals(epoch(member, tokens)));

        first.startAgain();
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    ManagerProcess.text(first.log())
                        .contains("another manager answers its members"));
        second.terminate();
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> firstEpoch.equals(epoch(member, tokens)));
      }
    }
  }

  @Test
  void clusterFile_isNone_stopsTheStartWithItsName() throws Exception {
    Tokens.write(folder);
    Path file = Files.writeString(folder.resolve("bad.xml"), "<infinispan><no-such/></infinispan>");
    Map<String, String> environment = new HashMap<>(ClusterMember.at(ClusterMember.freePorts()));
    environment.put("CONFIG_CLUSTER_FILE", file.toString());
    ManagerProcess manager = ManagerProcess.prepareInCluster(folder, environment);
    manager.launch();
    assertThat(manager.awaitExit()).isEqualTo(78);
    assertThat(ManagerProcess.text(manager.log())).contains("CONFIG_CLUSTER_FILE");
  }

  private static void signal(ManagerProcess manager, String signal) throws Exception {
    Chaos.status("kill", "-" + signal, String.valueOf(manager.pid()));
  }

  private static void awaitAnswer(ManagerProcess manager, ClusterMember member, Tokens tokens)
      throws Exception {
    try {
      member.awaitAnswer(tokens.of("rita"), PATIENCE);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not answered; of the manager:\n" + manager.state(), e);
    }
  }

  private static String epoch(ClusterMember member, Tokens tokens) throws Exception {
    return member
        .answer("get", tokens.of("rita"), new JsonObject().put("service", "router"))
        .getString("config_epoch");
  }

  /** A change made now is heard within the time of a push, not only when all is told again. */
  private static void awaitChange(ManagerProcess manager, List<String> heard) throws Exception {
    long version = manager.service("router").getLong("version");
    patch(manager);
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                heard.stream()
                    .anyMatch(text -> new JsonObject(text).getLong("version") == version + 1));
  }
}

package dev.holdfast.app;

import dev.holdfast.backup.BackupVerticle;
import dev.holdfast.crypto.CryptoVerticle;
import dev.holdfast.files.Reasons;
import dev.holdfast.health.HealthVerticle;
import dev.holdfast.messages.backup.BackupState.Drill;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.model.AuditMac;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast backup}. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = "Runs Litestream, and rehearses restores from the replica.")
final class BackupCommand {
  private static final int TRIES = 4;
  private static final long PAUSE_SECONDS = 8;

  private final Map<String, String> environment;
  private final Clock clock;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields
  BackupCommand(Map<String, String> environment, Clock clock) {
    this.environment = environment;
    this.clock = clock;
  }

  /** {@code holdfast backup run}. */
  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      description = {
        "Runs Litestream with the replica of the LITESTREAM_ variables until it is stopped. Starts",
        "it again when it ends, and when another database was put in place."
      })
  int run(@Mixin EnvFileOption envFile) throws InterruptedException {
    BackupVerticle.supervise(replicated(envFile.read(environment)).backup());
    return RunCommand.STOPPED;
  }

  /** {@code holdfast backup config}. */
  @Command(
      name = "config",
      mixinStandardHelpOptions = true,
      description = {
        "Prints the configuration with which Litestream would be run, for one that is run by",
        "others. It holds no credentials."
      })
  int config(@Mixin EnvFileOption envFile) {
    spec.commandLine()
        .getOut()
        .print(BackupVerticle.configuration(replicated(envFile.read(environment)).backup()));
    spec.commandLine().getOut().flush();
    return 0;
  }

  /** {@code holdfast backup drill}. */
  @Command(
      name = "drill",
      mixinStandardHelpOptions = true,
      description = {
        "Rehearses a restore: restores the newest backup to a place of its own, reads every page",
        "and checksum, holds it against the epoch file, and deletes it. The manager may be running.",
        "Exit code 1: it would not have been a restore."
      })
  int drill(@Mixin EnvFileOption envFile) throws InterruptedException {
    Layers.Settings settings = envFile.read(environment);
    ManagerSettings typed = replicated(settings);
    BackupVerticle.Options backup = typed.backup();
    Drill drill;
    try (CommandRooms rooms = CommandRooms.crypto(settings.values())) {
      AuditMac mac = CryptoVerticle.auditMac(CommandRooms.keys(settings.values()));
      drill = rehearse(backup, mac, recorded(rooms, typed.epochPath()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println((drill.ok() ? "Proven: " : "Failed: ") + drill.text());
    out.println("In " + drill.millis() + " ms");
    try {
      BackupVerticle.record(backup, drill);
    } catch (IOException e) {
      throw StartFailure.other("The outcome could not be kept: " + Reasons.of(e));
    }
    return drill.ok() ? 0 : 1;
  }

  private static @Nullable StorageProbed recorded(CommandRooms rooms, Path epochFile) {
    try {
      return rooms.await(HealthVerticle.recorded(rooms.vertx(), epochFile));
    } catch (IllegalArgumentException e) {
      throw StartFailure.other(
          "The epoch file is not to be believed, so there is nothing to hold the backup against: "
              + e.getMessage());
    }
  }

  /** What was recorded before the first try must be there at the last. */
  private Drill rehearse(
      BackupVerticle.Options backup, AuditMac mac, @Nullable StorageProbed recorded)
      throws InterruptedException {
    Drill drill = once(backup, mac, recorded);
    for (int i = 1; i < TRIES && recorded != null && behind(drill, recorded); i++) {
      TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
      drill = once(backup, mac, recorded);
    }
    return drill;
  }

  private static boolean behind(Drill drill, StorageProbed recorded) {
    return recorded.epoch().equals(drill.epoch()) && drill.revision() < recorded.revision();
  }

  private Drill once(
      BackupVerticle.Options backup, AuditMac mac, @Nullable StorageProbed recorded) {
    long start = System.nanoTime();
    try {
      ReplicaCopy copy =
          ReplicaCopy.fetch(backup, ReplicaCopy.folder(backup.database()), null, mac);
      long millis = millis(start);
      String fault = fault(copy, recorded);
      copy.discard();
      return new Drill(
          clock.instant(),
          fault == null,
          millis,
          copy.found().epoch(),
          copy.found().revision(),
          fault == null ? copy.told() : fault);
    } catch (StartFailure e) {
      return new Drill(clock.instant(), false, millis(start), null, 0, e.line());
    }
  }

  private static @Nullable String fault(ReplicaCopy copy, @Nullable StorageProbed recorded) {
    if (copy.found().auditFault() != null) {
      return "the access log: " + copy.found().auditFault();
    }
    if (recorded == null) {
      return null;
    }
    if (!recorded.epoch().equals(copy.found().epoch())) {
      return "the backup is of another epoch: "
          + copy.told()
          + " (expected: "
          + recorded.epoch()
          + ")";
    }
    return copy.found().revision() < recorded.revision()
        ? "something is missing at the replica: "
            + copy.told()
            + " (expected: at least revision "
            + recorded.revision()
            + ", recorded before)"
        : null;
  }

  /** The settings, in which a replica is set. */
  private static ManagerSettings replicated(Layers.Settings settings) {
    ManagerSettings typed = ManagerSettings.of(settings.values());
    if (typed.backup().replica() == null) {
      throw StartFailure.configuration(
          "no replica is set (expected: LITESTREAM_S3_BUCKET, or LITESTREAM_REPLICA_URL)");
    }
    return typed;
  }

  private static long millis(long start) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }
}

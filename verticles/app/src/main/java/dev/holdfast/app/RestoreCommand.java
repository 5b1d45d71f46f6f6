package dev.holdfast.app;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.crypto.CryptoVerticle;
import dev.holdfast.files.DurableFiles;
import dev.holdfast.files.Reasons;
import dev.holdfast.health.HealthVerticle;
import dev.holdfast.messages.storage.AccessEntry;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.model.AuditMac;
import dev.holdfast.model.Times;
import dev.holdfast.storage.StorageVerticle;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast restore}: what a database that was put back is, and its acceptance. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Puts a backup in place, and holds the database against what the epoch file and the",
      "last-known-good file record. Without --latest and --timestamp: the one that is there.",
      "Exit code 1: it is not the recorded one, or damaged."
    })
final class RestoreCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Mixin private EnvFileOption envFile;

  @Option(
      names = "--accept-epoch",
      description = {
        "Take the database as it is: it gets a new epoch. The manager must not be running"
      })
  private boolean accept;

  @Option(names = "--latest", description = "Restore the newest backup of the replica")
  private boolean latest;

  @Option(
      names = "--timestamp",
      paramLabel = "TIME",
      description = "Restore the database as it was then: 2026-11-24T10:15:30Z")
  private @Nullable String timestamp;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Restore to this file, which must not exist, and leave all else alone")
  private @Nullable Path to;

  @SuppressWarnings("NullAway.Init") // picocli fills the fields
  RestoreCommand(Map<String, String> environment, Clock clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Layers.Settings settings = envFile.read(environment);
    ManagerSettings typed = ManagerSettings.of(settings.values());
    Path database = typed.databasePath().toAbsolutePath().normalize();
    Instant at = at();
    boolean fetch = latest || at != null;
    if ((latest && at != null) || (to != null && (!fetch || accept))) {
      throw new ParameterException(
          spec.commandLine(),
          "expected: --latest or --timestamp TIME, then --to FILE or --accept-epoch");
    }
    if (!fetch && !Files.exists(database, LinkOption.NOFOLLOW_LINKS)) {
      throw StartFailure.other("There is no database at " + database + ": put one back first");
    }
    CryptoVerticle.Options keys = CommandRooms.keys(settings.values());
    try (CommandRooms rooms = CommandRooms.crypto(settings.values())) {
      AuditMac mac = CryptoVerticle.auditMac(keys);
      if (fetch) {
        ReplicaRestore from =
            new ReplicaRestore(rooms, typed, mac, at, accept, spec.commandLine().getOut());
        return to != null
            ? from.to(to)
            : StorageVerticle.alone(
                prepared(database),
                () -> from.inPlace(database) + run(rooms, typed, database, mac, settings));
      }
      return accept
          ? StorageVerticle.alone(database, () -> run(rooms, typed, database, mac, settings))
          : run(rooms, typed, database, mac, settings);
    }
  }

  private @Nullable Instant at() {
    try {
      return timestamp == null ? null : Times.parse(timestamp);
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--timestamp: " + timestamp + " (expected: a time such as 2026-11-24T10:15:30Z)");
    }
  }

  private static Path prepared(Path database) {
    try {
      DurableFiles.createPrivateFolders(ReplicaCopy.folder(database));
      return database;
    } catch (IOException e) {
      throw StartFailure.other(Reasons.of(e));
    }
  }

  private int run(
      CommandRooms rooms,
      ManagerSettings typed,
      Path database,
      AuditMac mac,
      Layers.Settings settings) {
    Stored stored = checked(database);
    Recorded recorded = Recorded.read(rooms, typed.epochPath(), typed.lkgPath());
    RestoreReport report = new RestoreReport(stored, recorded);
    PrintWriter out = spec.commandLine().getOut();
    report
        .database(
            database,
            StorageVerticle.verifyAudit(database, mac, null).fault(),
            secretsWithoutKey(database, settings))
        .forEach(out::println);
    report.recorded(typed.epochPath(), typed.lkgPath()).forEach(out::println);
    String refusal = recorded.refusal(stored);
    if (refusal != null) {
      report.lost().forEach(out::println);
    }
    boolean unrecorded = recorded.place() == null && recorded.placeFault() == null;
    if (refusal == null && !(accept && unrecorded)) {
      out.println(
          unrecorded
              ? "Nothing records which database was here: a start takes this one as it is"
              : "Nothing to accept: it is the database that was recorded");
      return 0;
    }
    if (refusal != null) {
      out.println("A start would serve this database read-only: " + refusal);
    }
    if (accept) {
      accept(rooms, typed.epochPath(), database, stored, mac);
      return 0;
    }
    out.println(
        "To go on with it: stop the manager, then holdfast restore --accept-epoch. To keep what is"
            + " not in it: put the other database back");
    return 1;
  }

  private static Stored checked(Path database) {
    try {
      return StorageVerticle.stored(database, true);
    } catch (BusFailure e) {
      if (e.code() != FailureCode.STORAGE_CORRUPT) {
        throw e;
      }
      throw StartFailure.other(
          e.detail() + "; it cannot be accepted: put another one back, or have it rebuilt");
    }
  }

  private static long secretsWithoutKey(Path database, Layers.Settings settings) {
    Map<String, Long> secrets = new HashMap<>(StorageVerticle.secretsReport(database).secrets());
    secrets.remove(SecretKeyRotation.MASTER.idInUse(settings));
    @Nullable String old = SecretKeyRotation.MASTER.oldIdInPlace(settings);
    if (old != null) {
      secrets.remove(old);
    }
    return secrets.values().stream().mapToLong(Long::longValue).sum();
  }

  private void accept(
      CommandRooms rooms, Path epochFile, Path database, Stored before, AuditMac mac) {
    String epoch = UUID.randomUUID().toString();
    String reason =
        "revision %d of epoch %s accepted as epoch %s, by %s"
            .formatted(before.revision(), before.epoch(), epoch, System.getProperty("user.name"));
    AuditHead head =
        StorageVerticle.newEpoch(
            database,
            epoch,
            mac,
            new AccessEntry("system", "restore.accept", null, null, true, reason, clock.instant()));
    try {
      Stored after = StorageVerticle.stored(database, false);
      rooms.await(HealthVerticle.accept(rooms.vertx(), epochFile, after, head));
      giveToOwnerOf(database, epochFile);
    } catch (BusFailure | IllegalStateException e) {
      throw StartFailure.other(
          "The database has its new epoch, but "
              + epochFile
              + " could not be written: "
              + Reasons.of(e.getCause() == null ? e : e.getCause())
              + "; run this again");
    }
    spec.commandLine()
        .getOut()
        .println(
            "Accepted: epoch "
                + epoch
                + " at revision "
                + before.revision()
                + ". Start the manager");
  }

  /** Run by root: the manager must still be able to read it. */
  static void giveToOwnerOf(Path whose, Path file) {
    try {
      UserPrincipal owner = Files.getOwner(whose);
      if (!Files.getOwner(file).equals(owner)) {
        Files.setOwner(file, owner);
      }
    } catch (IOException e) {
      throw StartFailure.other(file + ": cannot be given to its owner: " + Reasons.of(e));
    }
  }
}

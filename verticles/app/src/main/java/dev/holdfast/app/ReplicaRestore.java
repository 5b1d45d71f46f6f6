package dev.holdfast.app;

import dev.holdfast.backup.BackupVerticle;
import dev.holdfast.files.Reasons;
import dev.holdfast.health.HealthVerticle;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.model.AuditMac;
import dev.holdfast.storage.StorageVerticle;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code holdfast restore} from the replica. Blocks; needs the crypto room. */
final class ReplicaRestore {
  private final CommandRooms rooms;
  private final ManagerSettings typed;
  private final AuditMac mac;
  private final @Nullable Instant at;
  private final boolean accept;
  private final PrintWriter out;

  ReplicaRestore(
      CommandRooms rooms,
      ManagerSettings typed,
      AuditMac mac,
      @Nullable Instant at,
      boolean accept,
      PrintWriter out) {
    this.rooms = rooms;
    this.typed = typed;
    this.mac = mac;
    this.at = at;
    this.accept = accept;
    this.out = out;
  }

  /** To a file that is nobody's. */
  int to(Path file) {
    Path target = file.toAbsolutePath().normalize();
    if (ReplicaCopy.taken(target)) {
      throw StartFailure.other(target + ": exists already (expected: a new file)");
    }
    ReplicaCopy copy = fetch(ReplicaCopy.folder(target), at == null ? recorded() : null);
    try {
      Files.move(copy.file(), target);
    } catch (IOException e) {
      throw StartFailure.other("Nothing was restored: " + Reasons.of(e));
    } finally {
      copy.discard();
    }
    out.println("Restored to " + target + ": " + copy.told());
    return 0;
  }

  /** In the place of the database, which is kept. */
  int inPlace(Path database) {
    StorageProbed recorded = recorded();
    ReplicaCopy copy = fetch(ReplicaCopy.folder(database), recorded);
    try {
      refuseOther(copy, recorded);
      Path aside = StorageVerticle.putInPlace(copy.file(), database);
      RestoreCommand.giveToOwnerOf(ReplicaCopy.folder(database), database);
      out.println("Restored: " + copy.told());
      if (aside != null) {
        out.println("The database that was there is kept as " + aside);
      }
      return 0;
    } finally {
      copy.discard();
    }
  }

  private void refuseOther(ReplicaCopy copy, @Nullable StorageProbed recorded) {
    if (recorded != null && !accept && !recorded.epoch().equals(copy.found().epoch())) {
      throw StartFailure.other(
          "The backup is of another epoch, and was not put in place: "
              + copy.told()
              + " (expected: epoch "
              + recorded.epoch()
              + "); restore --accept-epoch takes it all the same");
    }
  }

  private ReplicaCopy fetch(Path parent, @Nullable StorageProbed recorded) {
    ReplicaCopy copy = ReplicaCopy.fetch(typed.backup(), parent, at, mac);
    if (at == null) {
      copy.refuseHole(
          rooms.await(BackupVerticle.newestPiece(rooms.vertx(), typed.backup())), recorded);
    }
    return copy;
  }

  private @Nullable StorageProbed recorded() {
    try {
      return rooms.await(HealthVerticle.recorded(rooms.vertx(), typed.epochPath()));
    } catch (IllegalArgumentException e) {
      return null; // told by what is printed of the database that was restored
    }
  }
}

package dev.holdfast.app;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.health.HealthVerticle;
import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.storage.StorageProbed;
import dev.holdfast.messages.storage.Stored;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the files beside the database record of it.
 *
 * @param place epoch and revision in the epoch file, or null
 * @param placeFault why the epoch file is not to be believed, or null
 * @param cache what the last-known-good file holds, or null
 * @param cacheFault why that is not to be believed, or null
 */
record Recorded(
    @Nullable StorageProbed place,
    @Nullable String placeFault,
    @Nullable LkgContent cache,
    @Nullable String cacheFault) {

  /** Reads them; needs the crypto room. */
  static Recorded read(CommandRooms rooms, Path epochFile, Path lkgFile) {
    StorageProbed place = null;
    String placeFault = null;
    try {
      place = rooms.await(HealthVerticle.recorded(rooms.vertx(), epochFile));
    } catch (IllegalArgumentException e) {
      placeFault = String.valueOf(e.getMessage());
    }
    LkgContent cache = null;
    String cacheFault = null;
    if (Files.exists(lkgFile, LinkOption.NOFOLLOW_LINKS)) {
      try {
        cache = rooms.cache(lkgFile);
      } catch (BusFailure e) {
        if (e.code() != FailureCode.NOT_FOUND) {
          throw e;
        }
        cacheFault = e.detail();
      }
    }
    return new Recorded(place, placeFault, cache, cacheFault);
  }

  /** Why a start would not take this database for the recorded one, or null when it would. */
  @Nullable String refusal(Stored database) {
    if (placeFault != null) {
      return "the epoch file is not to be believed: " + placeFault;
    }
    if (place != null && !place.epoch().equals(database.epoch())) {
      return "it is of another epoch than the epoch file records";
    }
    long newest = newestRevision(database);
    return newest > database.revision()
        ? "it is behind: revision " + database.revision() + ", and " + newest + " was recorded"
        : null;
  }

  /** The newest revision that was recorded of the database's own epoch. */
  long newestRevision(Stored database) {
    long newest = place != null && place.epoch().equals(database.epoch()) ? place.revision() : 0;
    return cache != null && cache.epoch().equals(database.epoch())
        ? Math.max(newest, cache.revision())
        : newest;
  }
}

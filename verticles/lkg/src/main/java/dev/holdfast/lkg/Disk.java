package dev.holdfast.lkg;

import dev.holdfast.lkg.LkgText.Content;
import dev.holdfast.messages.lkg.LkgState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the file on disk.
 *
 * @param standing whether it may be relied on, and replaced by what
 * @param epoch the epoch it holds, or null where nothing is known
 * @param revision the revision it holds, or 0
 * @param writtenAt when it was written, or null
 * @param bytes its length, or 0
 */
record Disk(
    Standing standing,
    @Nullable String epoch,
    long revision,
    @Nullable Instant writtenAt,
    long bytes) {
  /** Nothing there, or nothing that may be believed: to be written whatever the revision. */
  static final Disk NOTHING = new Disk(Standing.WORTHLESS, null, 0, null, 0);

  /** What a file is worth. */
  enum Standing {
    /** To be replaced by any state. */
    WORTHLESS,
    /** Written or verified by this process; to be replaced by a newer state. */
    GOOD,
    /** Newer than the database: kept until the database has come as far. */
    AHEAD
  }

  static Disk verified(Standing standing, Content content, long bytes) {
    return new Disk(standing, content.epoch(), content.revision(), content.writtenAt(), bytes);
  }

  /** Whether the file must be written for this state. */
  boolean isBehind(Image image) {
    if (standing == Standing.WORTHLESS || !image.epoch().equals(epoch)) {
      return true;
    }
    return standing == Standing.AHEAD ? image.revision() >= revision : image.revision() > revision;
  }

  /** The same for everybody, with what went wrong last. */
  LkgState state(@Nullable String fault) {
    return new LkgState(standing == Standing.GOOD, epoch, revision, writtenAt, fault);
  }
}

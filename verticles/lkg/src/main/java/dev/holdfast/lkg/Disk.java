package dev.holdfast.lkg;

import dev.holdfast.lkg.LkgText.Content;
import dev.holdfast.messages.lkg.LkgState;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the file on disk.
 *
 * @param standing whether it may be relied on, and replaced by what
 * @param epoch the epoch it holds, or null where nothing is known
 * @param revision the revision it holds, or 0
 * @param writtenAt when it was written, or null
 * @param bytes its length, or 0
 * @param renewal the {@link Image#renewal()} it holds; -1 where the file must be made anew though
 *     its revision is the newest
 * @param secretKeyIds the ids of the keys that its secrets are sealed with
 */
record Disk(
    Standing standing,
    @Nullable String epoch,
    long revision,
    @Nullable Instant writtenAt,
    long bytes,
    int renewal,
    Set<String> secretKeyIds) {
  /** Nothing there, or nothing that may be believed: to be written whatever the revision. */
  static final Disk NOTHING = new Disk(Standing.WORTHLESS, null, 0, null, 0, 0, Set.of());

  /** What a file is worth. */
  enum Standing {
    /** To be replaced by any state. */
    WORTHLESS,
    /** Written or verified by this process; to be replaced by a newer state. */
    GOOD,
    /** Newer than the database: kept until the database has come as far. */
    AHEAD
  }

  /** A file found at start, which holds what is the newest. */
  static Disk verified(Standing standing, Content content, long bytes, int renewal) {
    return new Disk(
        standing,
        content.epoch(),
        content.revision(),
        content.writtenAt(),
        bytes,
        renewal,
        content.secretKeyIds());
  }

  /** Whether the file must be written for this state. */
  boolean isBehind(Image image) {
    if (standing == Standing.WORTHLESS || !image.epoch().equals(epoch)) {
      return true;
    }
    if (standing == Standing.AHEAD) {
      return image.revision() >= revision;
    }
    return image.revision() > revision
        || (image.revision() == revision && image.renewal() > renewal);
  }

  /** The same for everybody, with what went wrong last. */
  LkgState state(@Nullable String fault) {
    return new LkgState(standing == Standing.GOOD, epoch, revision, writtenAt, fault, secretKeyIds);
  }
}

package dev.holdfast.messages.lkg;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is on disk now.
 *
 * @param valid whether the file on disk is there and was written or verified by this process
 * @param epoch the epoch it holds, or null
 * @param revision the revision it holds; 0 where there is none
 * @param writtenAt when it was written, or null
 * @param fault what went wrong last, or null when all is well
 * @param secretKeyIds the ids of the keys that the secrets in it are sealed with
 */
public record LkgState(
    boolean valid,
    @Nullable String epoch,
    long revision,
    @Nullable Instant writtenAt,
    @Nullable String fault,
    Set<String> secretKeyIds)
    implements LkgMessage {
  public LkgState {
    secretKeyIds = Set.copyOf(secretKeyIds);
  }

  /** Of a file without secrets. */
  public LkgState(
      boolean valid,
      @Nullable String epoch,
      long revision,
      @Nullable Instant writtenAt,
      @Nullable String fault) {
    this(valid, epoch, revision, writtenAt, fault, Set.of());
  }
}

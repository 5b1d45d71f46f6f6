package dev.holdfast.messages.lkg;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is on disk now.
 *
 * @param valid whether the file on disk is there and was written or verified by this process
 * @param epoch the epoch it holds, or null
 * @param revision the revision it holds; 0 where there is none
 * @param writtenAt when it was written, or null
 * @param fault what went wrong last, or null when all is well
 */
public record LkgState(
    boolean valid,
    @Nullable String epoch,
    long revision,
    @Nullable Instant writtenAt,
    @Nullable String fault)
    implements LkgMessage {}

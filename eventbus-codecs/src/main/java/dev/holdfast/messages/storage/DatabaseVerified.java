package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Every page and every checksum of a database is right.
 *
 * @param epoch its epoch
 * @param revision its revision
 * @param services how many services it holds
 * @param newest the time of the newest commit that bears one, heartbeats among them; or null
 * @param auditFault what is wrong with its access log, or null
 */
public record DatabaseVerified(
    String epoch,
    long revision,
    int services,
    @Nullable Instant newest,
    @Nullable String auditFault)
    implements StorageMessage {
  public DatabaseVerified {
    requireNonNull(epoch, "epoch");
  }
}

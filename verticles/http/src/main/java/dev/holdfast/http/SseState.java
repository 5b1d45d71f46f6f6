package dev.holdfast.http;

import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import org.jspecify.annotations.Nullable;

/**
 * What the event stream tells of one service at one revision.
 *
 * @param service its name
 * @param version its version
 * @param revision the database's revision at which it became so
 * @param epoch the database's epoch
 * @param config the effective settings without secrets, canonical; null where the service was
 *     deleted
 */
record SseState(
    String service, long version, long revision, String epoch, @Nullable String config) {
  static SseState of(ServiceSnapshot snapshot) {
    return new SseState(
        snapshot.service(),
        snapshot.version(),
        snapshot.revision(),
        snapshot.epoch(),
        snapshot.effective().canonical());
  }

  static SseState of(Tombstone tombstone) {
    return new SseState(
        tombstone.service(), tombstone.version(), tombstone.revision(), tombstone.epoch(), null);
  }
}

package dev.holdfast.lkg;

import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings of every service as of one revision.
 *
 * @param epoch the database's epoch
 * @param revision the database's revision
 * @param schemaVersion the version of the model of all schemas
 * @param services by name
 * @param tombstones the deleted ones, by name
 * @param renewal grows when secrets bear other seals at the same revision
 */
record Image(
    String epoch,
    long revision,
    long schemaVersion,
    SortedMap<String, ServiceSnapshot> services,
    SortedMap<String, Tombstone> tombstones,
    int renewal) {
  Image {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    tombstones = Collections.unmodifiableSortedMap(new TreeMap<>(tombstones));
  }

  /** The ids of the keys that its secrets are sealed with. */
  Set<String> secretKeyIds() {
    Set<String> ids = new TreeSet<>();
    services.values().forEach(each -> each.secrets().values().forEach(it -> ids.add(it.keyId())));
    return ids;
  }
}

package dev.holdfast.lkg;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings of every service as of one revision.
 *
 * @param epoch the database's epoch
 * @param revision the database's revision
 * @param schemaVersion the version of the model of all schemas
 * @param services by name
 */
record Image(
    String epoch, long revision, long schemaVersion, SortedMap<String, Fragment> services) {
  Image {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
  }

  /**
   * One service.
   *
   * @param version its version
   * @param canonical its effective settings without secrets, RFC 8785
   */
  record Fragment(long version, String canonical) {}
}

package dev.holdfast.lkg;

import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.SecretsResealed;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import java.util.SortedMap;
import java.util.TreeMap;

/** The settings as the events tell them. */
final class Mirror {
  private final SortedMap<String, ServiceSnapshot> services = new TreeMap<>();
  private final SortedMap<String, Tombstone> tombstones = new TreeMap<>();
  private String epoch = "";
  private long revision;
  private long schemaVersion;
  private int renewal;

  /** Forgets what it knew and takes this. */
  void load(State state) {
    services.clear();
    tombstones.clear();
    renewal++;
    state.services().forEach(this::put);
    state.tombstones().forEach(this::bury);
    epoch = state.epoch();
    revision = state.revision();
    schemaVersion = state.schemaVersion();
  }

  /** Whether this event tells something that is not known yet. */
  boolean isNews(ConfigChanged event) {
    return !event.epoch().equals(epoch) || event.revision() > revision;
  }

  /** Takes an event that is the very next one; else changes nothing and gives false. */
  boolean apply(ConfigChanged event) {
    if (!event.epoch().equals(epoch) || event.revision() != revision + 1) {
      return false;
    }
    event.changed().forEach(this::put);
    event.deleted().forEach(this::bury);
    revision = event.revision();
    schemaVersion = event.schemaVersion();
    return true;
  }

  /**
   * Takes other seals on the same secrets. Of a service that is another version by now they come
   * with the event that tells of it.
   */
  boolean renew(SecretsResealed event) {
    boolean renewed = false;
    for (ServiceSnapshot snapshot : event.services()) {
      ServiceSnapshot held = services.get(snapshot.service());
      if (event.epoch().equals(epoch) && held != null && held.version() == snapshot.version()) {
        put(snapshot);
        renewed = true;
      }
    }
    renewal += renewed ? 1 : 0;
    return renewed;
  }

  Image image() {
    return new Image(epoch, revision, schemaVersion, services, tombstones, renewal);
  }

  private void put(ServiceSnapshot snapshot) {
    services.put(snapshot.service(), snapshot);
    tombstones.remove(snapshot.service());
  }

  private void bury(Tombstone tombstone) {
    services.remove(tombstone.service());
    tombstones.put(tombstone.service(), tombstone);
  }
}

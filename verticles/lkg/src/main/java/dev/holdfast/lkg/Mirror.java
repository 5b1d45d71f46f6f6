package dev.holdfast.lkg;

import dev.holdfast.lkg.Image.Fragment;
import dev.holdfast.messages.settings.ConfigChanged;
import dev.holdfast.messages.settings.State;
import dev.holdfast.model.ServiceSnapshot;
import dev.holdfast.model.Tombstone;
import java.util.SortedMap;
import java.util.TreeMap;

/** The settings as the events tell them. */
final class Mirror {
  private final SortedMap<String, Fragment> services = new TreeMap<>();
  private String epoch = "";
  private long revision;
  private long schemaVersion;

  /** Forgets what it knew and takes this. */
  void load(State state) {
    services.clear();
    state.services().forEach(this::put);
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
    for (Tombstone tombstone : event.deleted()) {
      services.remove(tombstone.service());
    }
    revision = event.revision();
    schemaVersion = event.schemaVersion();
    return true;
  }

  Image image() {
    return new Image(epoch, revision, schemaVersion, services);
  }

  private void put(ServiceSnapshot snapshot) {
    services.put(
        snapshot.service(), new Fragment(snapshot.version(), snapshot.effective().canonical()));
  }
}

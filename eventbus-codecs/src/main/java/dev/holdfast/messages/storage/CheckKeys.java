package dev.holdfast.messages.storage;

import java.util.Map;

/**
 * Holds the key-check values against those stored; unknown ids are stored.
 *
 * @param checks key-check value by key id
 */
public record CheckKeys(Map<String, String> checks) implements StorageMessage {
  public CheckKeys {
    checks = Map.copyOf(checks);
  }
}

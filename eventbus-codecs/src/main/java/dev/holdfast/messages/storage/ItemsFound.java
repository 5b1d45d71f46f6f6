package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Where it was found, best first.
 *
 * @param items at most as many as asked for
 * @param totalCount how many there are in all
 */
public record ItemsFound(List<Hit> items, long totalCount) implements StorageMessage {
  public ItemsFound {
    items = List.copyOf(items);
  }

  /**
   * One row found. It names the setting only: its value and description are the settings room's to
   * tell.
   *
   * @param service the service
   * @param key the key
   * @param score 1.0 for the exact key, then prefix, substring, service name, description
   */
  public record Hit(String service, String key, double score) {
    public Hit {
      requireNonNull(service, "service");
      requireNonNull(key, "key");
    }
  }
}

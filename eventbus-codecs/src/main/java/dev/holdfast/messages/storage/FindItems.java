package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Complexity;
import dev.holdfast.model.FieldType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks in {@code config_items}.
 *
 * @param query one character or more
 * @param services only in these, or null for all
 * @param complexity only these, or null
 * @param type only these, or null
 * @param maxResults 1 to 200
 */
public record FindItems(
    String query,
    @Nullable Set<String> services,
    @Nullable Complexity complexity,
    @Nullable FieldType type,
    int maxResults)
    implements StorageMessage {
  public FindItems {
    requireNonNull(query, "query");
    services = services == null ? null : Set.copyOf(services);
  }
}

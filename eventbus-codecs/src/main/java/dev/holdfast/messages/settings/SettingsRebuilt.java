package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * There is a new database, and it is served.
 *
 * @param epoch its epoch
 * @param backup the name of the file that the old one is now, or null where there was none
 * @param basis what it was seeded from
 * @param services how many services it has
 * @param lost the secrets that do not open any more: {@code service key}
 * @param reset the settings that no longer fit and went back to their defaults: {@code service:
 *     key: reason}
 */
public record SettingsRebuilt(
    String epoch,
    @Nullable String backup,
    SettingsStanding.Basis basis,
    int services,
    List<String> lost,
    List<String> reset)
    implements SettingsMessage {
  public SettingsRebuilt {
    requireNonNull(epoch, "epoch");
    requireNonNull(basis, "basis");
    lost = List.copyOf(lost);
    reset = List.copyOf(reset);
  }
}

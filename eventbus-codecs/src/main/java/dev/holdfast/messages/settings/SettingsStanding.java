package dev.holdfast.messages.settings;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the settings that are served rest on.
 *
 * @param basis where they come from
 * @param adopted whether they are those of the database, which may be changed
 * @param err why they may not be changed, for a person; null where {@code adopted}
 * @param breaks every stored setting that no longer fits its schema: {@code service: key: reason}
 */
public record SettingsStanding(
    Basis basis, boolean adopted, @Nullable String err, List<String> breaks)
    implements SettingsMessage {
  public SettingsStanding {
    requireNonNull(basis, "basis");
    breaks = List.copyOf(breaks);
  }

  /** The database, and all is well. */
  public static final SettingsStanding ADOPTED =
      new SettingsStanding(Basis.DATABASE, true, null, List.of());

  /** Where settings come from. */
  public enum Basis {
    /** The database. */
    DATABASE,
    /** The last-known-good file. */
    LKG,
    /** Neither: the environment and the defaults of the schemas. */
    DEFAULT
  }
}

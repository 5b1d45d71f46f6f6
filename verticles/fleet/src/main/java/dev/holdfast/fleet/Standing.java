package dev.holdfast.fleet;

import java.util.Locale;

/** How it stands with an instance, as far as it says. */
enum Standing {
  /** It runs the newest version. */
  CURRENT,
  /** It runs another: an older one, or one that the manager does not know. */
  BEHIND,
  /** It did not take the version it was given. */
  REFUSED,
  /** It has not been heard for {@link Ledger#SILENT}, whatever it said before. */
  SILENT;

  /** The lower-case word that metrics use. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.holdfast.model;

import java.util.Locale;

/** For whom a setting is. */
public enum Complexity {
  /** For everybody. */
  SIMPLE,
  /** For those who know the service. */
  ADVANCED;

  /** The word used on the wire and in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

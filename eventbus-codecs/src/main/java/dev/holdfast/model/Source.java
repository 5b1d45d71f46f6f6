package dev.holdfast.model;

import java.util.Locale;

/** Where a setting's effective value comes from, strongest first. */
public enum Source {
  /** From the environment of the manager; read-only. */
  ENV,
  /** Set by somebody. */
  DATABASE,
  /** The schema's default. */
  DEFAULT;

  /** The word used on the wire and in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.holdfast.model;

import java.util.Locale;

/** The type of a setting. */
public enum FieldType {
  /** A text. */
  STRING,
  /** A whole number within ±(2⁵³−1). */
  INTEGER,
  /** A 64-bit float; never NaN or infinite. */
  FLOAT,
  /** {@code true} or {@code false}. */
  BOOLEAN,
  /** One of a fixed set of texts. */
  ENUM,
  /** The path of a file or folder, as text. */
  PATH,
  /** A text that is shown to nobody without cause. */
  SECRET;

  /** The word used on the wire and in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

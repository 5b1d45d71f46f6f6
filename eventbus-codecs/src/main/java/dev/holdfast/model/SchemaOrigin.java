package dev.holdfast.model;

import java.util.Locale;

/** Where a service's schema comes from, strongest first. */
public enum SchemaOrigin {
  /** A file in {@code CONFIG_SCHEMA_DIR}. */
  DIRECTORY,
  /** Registered over REST, kept in the database. */
  REGISTERED,
  /** Shipped inside the jar. */
  SHIPPED,
  /** None: the service takes any flat key with a scalar value. */
  UNTYPED;

  /** The word used on the wire and in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

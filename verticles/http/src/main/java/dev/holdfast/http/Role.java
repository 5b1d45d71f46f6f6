package dev.holdfast.http;

import java.util.Arrays;
import java.util.Optional;

/** What a token may do. */
enum Role {
  /** All but secret values. */
  READ("config.read"),
  /** Change; implies {@link #READ}. */
  WRITE("config.write"),
  /** Secrets in clear; implies {@link #READ} and needs a scope. */
  SECRETS("config.secrets"),
  /** Register schemas; needs a scope. */
  SCHEMA("config.schema");

  private final String word;

  Role(String word) {
    this.word = word;
  }

  /** The word used in {@code CONFIG_API_TOKENS} and on the wire. */
  String word() {
    return word;
  }

  /** The role of that word. */
  static Optional<Role> of(String word) {
    return Arrays.stream(values()).filter(role -> role.word.equals(word)).findFirst();
  }
}

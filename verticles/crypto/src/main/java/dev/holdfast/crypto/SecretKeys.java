package dev.holdfast.crypto;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one purpose.
 *
 * @param present what is made is made with this one
 * @param old what was made with it is still read: the key being rotated out, or null
 */
record SecretKeys(SymmetricKey present, @Nullable SymmetricKey old) {

  /** Reads the four texts of {@code CONFIG_MASTER_KEY_…}, as {@link #read} does. */
  static SecretKeys master(
      String base64, String id, @Nullable String oldBase64, @Nullable String oldId) {
    return read("CONFIG_MASTER_KEY", base64, id, oldBase64, oldId);
  }

  /** Reads the four texts of {@code LKG_HMAC_KEY_…}, as {@link #read} does. */
  static SecretKeys hmac(
      String base64, String id, @Nullable String oldBase64, @Nullable String oldId) {
    return read("LKG_HMAC_KEY", base64, id, oldBase64, oldId);
  }

  /**
   * Reads the texts of {@code <variable>_BASE64}, {@code …_ID}, {@code …_OLD_BASE64} and {@code
   * …_OLD_ID}, the last two of which may both be null.
   *
   * @throws IllegalArgumentException that names the variable and the legal form, never the value
   */
  private static SecretKeys read(
      String variable,
      String base64,
      String id,
      @Nullable String oldBase64,
      @Nullable String oldId) {
    SymmetricKey present = SymmetricKey.read(variable, base64, id);
    if (oldBase64 == null && oldId == null) {
      return new SecretKeys(present, null);
    }
    String oldVariable = variable + "_OLD";
    if (oldBase64 == null || oldId == null) {
      String missing = oldBase64 == null ? "_BASE64" : "_ID";
      String set = oldBase64 == null ? "_ID" : "_BASE64";
      throw new IllegalArgumentException(
          "%1$s%2$s: not set, but %1$s%3$s is (expected: both or neither)"
              .formatted(oldVariable, missing, set));
    }
    SymmetricKey old = SymmetricKey.read(oldVariable, oldBase64, oldId);
    if (old.sameBytes(present)) {
      throw new IllegalArgumentException(
          "%s_BASE64: the same key as %s_BASE64 (expected: the key that was in use before it)"
              .formatted(oldVariable, variable));
    }
    return new SecretKeys(present, old);
  }

  /** The key of that id, or null. */
  @Nullable SymmetricKey find(String id) {
    return stream().filter(key -> key.id().equals(id)).findFirst().orElse(null);
  }

  /** The present one first. */
  Stream<SymmetricKey> stream() {
    return old == null ? Stream.of(present) : Stream.of(present, old);
  }

  @Nullable String oldId() {
    return old == null ? null : old.id();
  }

  /** Keys made from these for one purpose, under the same ids. */
  SecretKeys derive(String purpose) {
    return new SecretKeys(present.derive(purpose), old == null ? null : old.derive(purpose));
  }
}

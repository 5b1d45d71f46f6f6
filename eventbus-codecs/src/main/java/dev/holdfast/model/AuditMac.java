package dev.holdfast.model;

import org.jspecify.annotations.Nullable;

/**
 * Authenticates rows of the audit log with a key that its user never sees. Safe for use by several
 * threads; does not block.
 */
public interface AuditMac {
  /** The id of the key that new rows are authenticated with. */
  String keyId();

  /**
   * The HMAC-SHA256 of a text in UTF-8, lower-case hex, or null when there is no key of that id.
   *
   * @param keyId {@link #keyId()}, or the id of an older key
   */
  @Nullable String mac(String keyId, String text);
}

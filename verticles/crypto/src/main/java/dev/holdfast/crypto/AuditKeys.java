package dev.holdfast.crypto;

import dev.holdfast.model.AuditMac;
import org.jspecify.annotations.Nullable;

/** Authenticates the access log with keys derived from the HMAC keys. */
final class AuditKeys implements AuditMac {
  private static final String PURPOSE = "holdfast.audit.v1";

  private final SecretKeys keys;

  AuditKeys(SecretKeys hmacKeys) {
    this.keys = hmacKeys.derive(PURPOSE);
  }

  @Override
  public String keyId() {
    return keys.present().id();
  }

  @Override
  public @Nullable String mac(String keyId, String text) {
    SymmetricKey key = keys.find(keyId);
    return key == null ? null : key.hmacHex(text);
  }

  @Override
  public String toString() {
    return "AuditKeys[********]";
  }
}

package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

/**
 * The newest row of the access log's chain.
 *
 * @param id the row's id
 * @param mac its HMAC, lower-case hex, which all rows before it went into
 */
public record AuditHead(long id, String mac) implements StorageMessage {
  public AuditHead {
    requireNonNull(mac, "mac");
  }
}

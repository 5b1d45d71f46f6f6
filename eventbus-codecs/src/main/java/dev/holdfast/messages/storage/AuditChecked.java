package dev.holdfast.messages.storage;

import org.jspecify.annotations.Nullable;

/**
 * How the access log's chain stands.
 *
 * @param head the newest row, or null in an empty log
 * @param fault why the log is not the one that was recorded, or null when it is
 */
public record AuditChecked(@Nullable AuditHead head, @Nullable String fault)
    implements StorageMessage {}

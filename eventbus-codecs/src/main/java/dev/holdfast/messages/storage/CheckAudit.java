package dev.holdfast.messages.storage;

import org.jspecify.annotations.Nullable;

/**
 * Holds the access log's chain against a head that was recorded outside the database.
 *
 * @param recorded the head recorded last, or null where none was
 */
public record CheckAudit(@Nullable AuditHead recorded) implements StorageMessage {}

package dev.holdfast.messages.storage;

import org.jspecify.annotations.Nullable;

/**
 * How the access log's chain stands, up to the first fault.
 *
 * @param verified rows whose mac was right
 * @param unknownKeys rows under keys that are not known; the anchor counts as one
 * @param beforeChain rows older than the chain
 * @param faultId the row of the first fault, or null
 * @param fault what is wrong there, or null when nothing is
 * @param head the newest row, or null where none is chained
 */
public record AuditReport(
    long verified,
    long unknownKeys,
    long beforeChain,
    @Nullable Long faultId,
    @Nullable String fault,
    @Nullable AuditHead head) {}

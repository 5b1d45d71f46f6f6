package dev.holdfast.messages.storage;

import static java.util.Objects.requireNonNull;

import dev.holdfast.bus.FailureCode;

/**
 * The database failed somebody.
 *
 * @param code one of those that are {@link FailureCode#ofStorage}
 * @param detail the same for a person
 * @param reading whether history or access log was asked for, which one damaged row may fail; else
 *     all is in doubt
 */
public record StorageTrouble(FailureCode code, String detail, boolean reading)
    implements StorageMessage {
  public StorageTrouble {
    requireNonNull(code, "code");
    requireNonNull(detail, "detail");
  }
}

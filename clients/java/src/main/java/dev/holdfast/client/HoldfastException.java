package dev.holdfast.client;

import org.jspecify.annotations.Nullable;

/** What a caller of the client is told when something cannot be had. Its text names no secret. */
public final class HoldfastException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  HoldfastException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  HoldfastException(String message) {
    this(0, message, null);
  }

  /** The HTTP status the manager answered with; 0 where it is not an answer of the manager. */
  public int status() {
    return status;
  }
}

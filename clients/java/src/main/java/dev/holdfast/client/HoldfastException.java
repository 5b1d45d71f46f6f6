package dev.holdfast.client;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a caller of the client is told when something cannot be had. Its text names no secret. */
public final class HoldfastException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_DETAIL = 300;
  private static final int TOO_MANY = 429;
  private static final int TROUBLE = 500;

  private final int status;

  HoldfastException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  HoldfastException(String message) {
    this(0, message, null);
  }

  /** The manager refused with that status and problem document (RFC 9457). */
  static HoldfastException answered(int status, String problem, @Nullable Throwable cause) {
    String detail;
    try {
      detail = new JsonObject(problem).getString("detail", "");
    } catch (RuntimeException e) {
      detail = "";
    }
    String shown = detail.substring(0, Math.min(detail.length(), LONGEST_DETAIL));
    return new HoldfastException(status, "the manager answered " + status + ": " + shown, cause);
  }

  /** Whether a later try may go better: nobody answered, or a manager in trouble did. */
  static boolean passes(Throwable failure) {
    return !(failure instanceof HoldfastException answer)
        || answer.status == 0
        || answer.status == TOO_MANY
        || answer.status >= TROUBLE;
  }

  /** The HTTP status the manager answered with; 0 where it is not an answer of the manager. */
  public int status() {
    return status;
  }
}

package dev.holdfast.bus;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A typed failure: the one exception that crosses between rooms. Its text is safe to show to the
 * caller; the cause is logged where it happened and stays there.
 */
public final class BusFailure extends ReplyException {
  private static final long serialVersionUID = 1L;

  private final FailureCode code;
  private final String detail;
  private final transient List<FieldError> errors;
  private final @Nullable Long currentVersion;

  private BusFailure(
      FailureCode code, String detail, List<FieldError> errors, @Nullable Long currentVersion) {
    super(ReplyFailure.RECIPIENT_FAILURE, code.httpStatus(), detail);
    this.code = code;
    this.detail = detail;
    this.errors = List.copyOf(errors);
    this.currentVersion = currentVersion;
  }

  /** A failure with a text for the caller. */
  public static BusFailure of(FailureCode code, String detail) {
    return new BusFailure(code, detail, List.of(), null);
  }

  /** {@link FailureCode#INVALID} with everything that is wrong, at once. */
  public static BusFailure invalid(String detail, List<FieldError> errors) {
    return new BusFailure(FailureCode.INVALID, detail, errors, null);
  }

  /** {@link FailureCode#CONFLICT} of a stale version; {@code currentVersion} is 0 where none is. */
  public static BusFailure stale(String service, long expected, long currentVersion) {
    return new BusFailure(
        FailureCode.CONFLICT,
        service
            + ": version "
            + expected
            + " is not the current one (expected: "
            + currentVersion
            + "); read it again and repeat the change",
        List.of(),
        currentVersion);
  }

  /** {@link FailureCode#CONFLICT} of another kind, with the list of what is in the way. */
  public static BusFailure conflict(String detail, List<FieldError> errors) {
    return new BusFailure(FailureCode.CONFLICT, detail, errors, null);
  }

  /** This failure under another code, keeping text, errors and version. */
  public BusFailure as(FailureCode other) {
    return new BusFailure(other, detail, errors, currentVersion);
  }

  /** Why. */
  public FailureCode code() {
    return code;
  }

  /** Text that is safe to show to the caller. */
  public String detail() {
    return detail;
  }

  /** What is wrong, field by field; empty where that does not apply. */
  public List<FieldError> errors() {
    return errors;
  }

  /** With a {@link FailureCode#CONFLICT} of versions, the current one; else null. */
  public @Nullable Long currentVersion() {
    return currentVersion;
  }
}

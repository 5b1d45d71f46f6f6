package dev.holdfast.health;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** Failures in one line. */
final class Reasons {
  private Reasons() {}

  /** Why, without the path where the failure keeps it apart. */
  static String of(Throwable failure) {
    @Nullable String reason =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return reason == null ? failure.getClass().getSimpleName() : reason;
  }
}

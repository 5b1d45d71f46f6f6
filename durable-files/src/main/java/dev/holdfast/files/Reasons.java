package dev.holdfast.files;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** Failures of files in one line, for people. */
public final class Reasons {
  private Reasons() {}

  /** Why, without the path where the failure keeps it apart. */
  public static String of(Throwable failure) {
    @Nullable String reason =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return reason == null ? failure.getClass().getSimpleName() : reason;
  }
}

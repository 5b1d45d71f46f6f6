package dev.holdfast.app;

import java.util.List;

/**
 * The manager cannot start. Its lines are for the operator: one sentence each, no stack trace, no
 * secret.
 */
final class StartFailure extends RuntimeException {
  /** {@code EX_CONFIG} of sysexits.h: something is wrong with the settings. */
  static final int CONFIGURATION = 78;

  /** Anything else. */
  static final int OTHER = 1;

  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final transient List<String> output;

  private StartFailure(int exitCode, String message, List<String> output) {
    super(message);
    this.exitCode = exitCode;
    this.output = List.copyOf(output);
  }

  /** Something is wrong with the settings: exit 78. */
  static StartFailure configuration(String message) {
    return new StartFailure(CONFIGURATION, message, List.of());
  }

  /** As {@link #configuration}, with lines to print once on standard output. */
  static StartFailure configuration(String message, List<String> output) {
    return new StartFailure(CONFIGURATION, message, output);
  }

  /** Something else is in the way: exit 1. */
  static StartFailure other(String message) {
    return new StartFailure(OTHER, message, List.of());
  }

  int exitCode() {
    return exitCode;
  }

  List<String> output() {
    return output;
  }

  String line() {
    return String.valueOf(getMessage());
  }
}

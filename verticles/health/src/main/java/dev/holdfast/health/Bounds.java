package dev.holdfast.health;

/** Numbers of options. */
final class Bounds {
  private Bounds() {}

  /**
   * Lets a legal number pass.
   *
   * @throws IllegalArgumentException that names it and what was expected
   */
  static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }
}

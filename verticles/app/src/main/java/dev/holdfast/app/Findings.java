package dev.holdfast.app;

import java.util.ArrayList;
import java.util.List;

/** What {@link Doctor} finds, in order. */
final class Findings {
  /** How bad it is. */
  enum Grade {
    OK,
    WARNING,
    ERROR
  }

  /**
   * One thing that was looked at.
   *
   * @param grade how it stands
   * @param subject what was looked at, one word
   * @param text what was found, and what to do about it; holds no secret
   */
  record Finding(Grade grade, String subject, String text) {}

  private final List<Finding> all = new ArrayList<>();

  void ok(String subject, String text) {
    all.add(new Finding(Grade.OK, subject, text));
  }

  void warning(String subject, String text) {
    all.add(new Finding(Grade.WARNING, subject, text));
  }

  void error(String subject, String text) {
    all.add(new Finding(Grade.ERROR, subject, text));
  }

  List<Finding> all() {
    return List.copyOf(all);
  }

  long count(Grade grade) {
    return all.stream().filter(each -> each.grade() == grade).count();
  }
}

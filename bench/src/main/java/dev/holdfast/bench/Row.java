package dev.holdfast.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param work what was measured, with its unit
 * @param ours what Holdfast reached
 * @param against what it is held against
 * @param theirs what that reached
 * @param reached the ratio or the figure that the aim is about, NaN where nothing was measured
 * @param aim what is to be reached; null for a figure that is only told
 */
record Row(
    String work, String ours, String against, String theirs, double reached, @Nullable Aim aim) {
  /**
   * What is to be reached.
   *
   * @param least whether more is better
   * @param bound the value that is still good
   * @param unit of it: {@code ×} for a ratio
   */
  record Aim(boolean least, double bound, String unit) {
    static Aim times(double bound) {
      return new Aim(true, bound, "×");
    }

    static Aim atMost(double bound, String unit) {
      return new Aim(false, bound, unit);
    }

    boolean met(double value) {
      return least ? value >= bound : value <= bound;
    }

    /** Whether a ratio is under half its aim, or twice above it. */
    boolean farMissed(double value) {
      return !(least ? value >= bound / 2 : value <= bound * 2);
    }

    String show() {
      return (least ? "≥ " : "≤ ") + Figure.number(bound) + " " + unit;
    }
  }

  /** Ours over theirs. */
  static Row ratio(String work, Figure ours, String against, Figure theirs, @Nullable Aim aim) {
    return new Row(work, ours.show(), against, theirs.show(), ours.ratio(theirs), aim);
  }

  /** Theirs over ours, of durations: above 1 is faster. */
  static Row faster(String work, Figure ours, String against, Figure theirs, @Nullable Aim aim) {
    return new Row(work, ours.show(), against, theirs.show(), 1 / ours.ratio(theirs), aim);
  }

  /** How much ours is above theirs. */
  static Row above(String work, Figure ours, String against, Figure theirs, Aim aim) {
    return new Row(work, ours.show(), against, theirs.show(), ours.median() - theirs.median(), aim);
  }

  /** A figure with an aim of its own. */
  static Row figure(String work, Figure ours, Aim aim) {
    return new Row(work, ours.show(), "–", "–", ours.median(), aim);
  }

  /** What could not be measured, since something is not installed. */
  static Row missing(String work, String against, String what) {
    return new Row(work, "not measured", against, "missing: " + what, Double.NaN, null);
  }

  /** A figure that is only told. */
  static Row told(String work, Figure ours) {
    return new Row(work, ours.show(), "–", "–", Double.NaN, null);
  }

  boolean farMissed() {
    return aim != null && aim.unit().equals("×") && aim.farMissed(reached);
  }

  String markdown() {
    String shown = Double.isNaN(reached) ? "–" : Figure.number(reached);
    String verdict = aim == null ? "" : aim.met(reached) ? "met" : "**missed**";
    String goal = aim == null ? "–" : aim.show();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s |",
        work,
        ours,
        against,
        theirs,
        shown,
        goal,
        verdict);
  }
}

package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What one side reached, a value a round: told as median (minimum to maximum). */
final class Figure {
  private final List<Double> rounds = new ArrayList<>();

  static Figure of(double... values) {
    Figure figure = new Figure();
    for (double value : values) {
      figure.add(value);
    }
    return figure;
  }

  void add(double value) {
    rounds.add(value);
  }

  double median() {
    return share(0.5);
  }

  /** The median of this over that, round by round, so that a drift of the machine cancels out. */
  double ratio(Figure other) {
    Figure ratios = new Figure();
    for (int i = 0; i < Math.min(rounds.size(), other.rounds.size()); i++) {
      ratios.add(rounds.get(i) / other.rounds.get(i));
    }
    return ratios.median();
  }

  /** What one round gave, counted from 0. */
  double at(int round) {
    return rounds.get(round);
  }

  String show() {
    return rounds.size() == 1
        ? number(median())
        : number(median()) + " (" + number(share(0)) + " to " + number(share(1)) + ")";
  }

  /** Three significant digits, and whole thousands apart. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    double size = Math.abs(value);
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  private double share(double share) {
    if (rounds.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = rounds.stream().sorted().toList();
    double place = share * (sorted.size() - 1);
    double low = sorted.get((int) Math.floor(place));
    return (low + sorted.get((int) Math.ceil(place))) / 2;
  }
}

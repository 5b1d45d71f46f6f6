package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a cost goes with a size: a table, and a plot of it by gnuplot. */
final class Curve {
  private final String name;
  private final String size;
  private final List<String> costs;
  private final List<double[]> points = new ArrayList<>();

  /**
   * Without points yet.
   *
   * @param name of the files
   * @param size what grows
   * @param costs what is measured at each size, with units
   */
  Curve(String name, String size, String... costs) {
    this.name = name;
    this.size = size;
    this.costs = List.of(costs);
  }

  /** A point: the size and each of its costs; NaN where one was not measured. */
  void add(double... point) {
    points.add(point);
    StringBuilder told = new StringBuilder(name + ": " + size + " " + Figure.number(point[0]));
    for (int i = 1; i < point.length; i++) {
      told.append(", ").append(costs.get(i - 1)).append(' ').append(Figure.number(point[i]));
    }
    Bench.say(told.toString());
  }

  /** The points as a table. */
  String markdown() {
    StringBuilder out = new StringBuilder("| " + size);
    costs.forEach(cost -> out.append(" | ").append(cost));
    out.append(" |\n|---").append("|---".repeat(costs.size())).append("|\n");
    for (double[] point : points) {
      out.append("| ").append(String.format(Locale.ROOT, "%,.0f", point[0]));
      for (int i = 1; i < point.length; i++) {
        out.append(" | ").append(Figure.number(point[i]));
      }
      out.append(" |\n");
    }
    return out.toString();
  }

  /** Draws it as an SVG of that name in a folder. Fails where gnuplot is missing. */
  void plot(Path folder) throws IOException, InterruptedException {
    Path data = Files.createTempFile(name, ".dat");
    StringBuilder text = new StringBuilder();
    for (double[] point : points) {
      for (double value : point) {
        text.append(value).append(' ');
      }
      text.append('\n');
    }
    Files.writeString(data, text.toString());
    StringBuilder script = new StringBuilder();
    script.append("set terminal svg size 640,400 font 'sans,12' background '#ffffff'\n");
    script.append("set output '").append(folder.resolve(name + ".svg")).append("'\n");
    script.append("set logscale xy\nset format x '%.0s%c'\nset key outside bottom center\n");
    script.append("set grid\nset xlabel '").append(size).append("'\nplot ");
    for (int i = 0; i < costs.size(); i++) {
      script
          .append(i == 0 ? "" : ", ")
          .append(
              "'%s' using 1:%d with linespoints lw 2 pt 7 title '%s'"
                  .formatted(data, i + 2, costs.get(i)));
    }
    Path commands = Files.writeString(Files.createTempFile(name, ".gp"), script.toString());
    int ended = new ProcessBuilder("gnuplot", commands.toString()).inheritIO().start().waitFor();
    Files.delete(commands);
    Files.delete(data);
    if (ended != 0) {
      throw new IOException("gnuplot ended with " + ended);
    }
  }
}

package dev.holdfast.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * wrk, on the processors for the load. That each answer is whole and a 200 is told by what it
 * counts: none of another status, no error of a socket, and as many bytes as so many answers have.
 */
final class Wrk {
  private static final Pattern TOTAL = Pattern.compile("(\\d+) requests in [\\d.]+\\w+,");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
  private static final Pattern BYTES = Pattern.compile("bytes=(\\d+)");
  private static final Pattern FAULT = Pattern.compile("Socket errors|Non-2xx");

  private static final String REPORT =
      "done = function(summary) io.write('bytes=' .. summary.bytes .. '\\n') end\n";

  private Wrk() {}

  /**
   * What is asked.
   *
   * @param body posted, or null for a GET
   * @param size of one whole answer with its headers, in bytes; 0 where that is not told
   */
  record Question(String url, Map<String, String> headers, @Nullable String body, long size) {}

  /** Asks over and over, and gives the answers a second. */
  static double run(String cpus, int connections, int seconds, Question question)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile("wrk", ".lua");
    String posted =
        question.body() == null
            ? ""
            : "wrk.method = 'POST'\nwrk.body = '" + question.body() + "'\n";
    Files.writeString(script, posted + REPORT);
    List<String> command =
        new ArrayList<>(
            List.of(
                "taskset",
                "-c",
                cpus,
                "wrk",
                "-t1",
                "--timeout=30s",
                "-c" + connections,
                "-d" + seconds + "s"));
    command.addAll(List.of("-s", script.toString()));
    question.headers().forEach((name, value) -> command.addAll(List.of("-H", name + ": " + value)));
    command.add(question.url());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    Files.delete(script);
    long total = Long.parseLong(find(TOTAL, output));
    long bytes = Long.parseLong(find(BYTES, output));
    long size = question.size();
    boolean whole = size == 0 || Math.abs(bytes - total * size) <= connections * size;
    if (FAULT.matcher(output).find() || total == 0 || !whole) {
      throw new IllegalStateException("wrong answers from " + question.url() + ":\n" + output);
    }
    return Double.parseDouble(find(RATE, output));
  }

  private static String find(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk said: " + output);
    }
    return matcher.group(1);
  }
}

package dev.holdfast.backup;

import static java.util.Objects.requireNonNull;

import dev.holdfast.backup.BackupVerticle.Options;
import dev.holdfast.model.Replica.Bucket;
import dev.holdfast.model.Replica.Folder;
import dev.holdfast.model.SecretValue;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The program Litestream, 0.3 or 0.5: its configuration, which both read, and its runs. What it
 * says is passed on without credentials. All block.
 */
final class Litestream {
  private static final long PATIENCE_MINUTES = 30;
  private static final int LONGEST = 600;

  private final Options options;

  private Litestream(Options options) {
    this.options = options;
  }

  /**
   * For a replica that is set.
   *
   * @throws IllegalStateException where none is
   */
  static Litestream of(Options options) {
    if (options.replica() == null) {
      throw new IllegalStateException(
          "no replica is set (expected: LITESTREAM_S3_BUCKET, or LITESTREAM_REPLICA_URL)");
    }
    return new Litestream(options);
  }

  Path database() {
    return options.database();
  }

  /** YAML; the credentials are in the environment of the process. */
  String configuration() {
    List<String> lines = new ArrayList<>();
    String retention = options.retentionHours() + "h";
    String pause = Math.min(24, options.retentionHours()) + "h";
    lines.add("# Made from the LITESTREAM_ variables; for Litestream 0.3 and 0.5.");
    lines.add("addr: " + quoted(address()));
    lines.add("snapshot:");
    lines.add("  interval: " + pause);
    lines.add("  retention: " + retention);
    lines.add("dbs:");
    lines.add("  - path: " + quoted(options.database().toString()));
    lines.add("    replicas:");
    if (options.replica() instanceof Bucket bucket) {
      lines.add("      - type: s3");
      if (bucket.endpoint() != null) {
        lines.add("        endpoint: " + quoted(bucket.endpoint().toString()));
        lines.add("        force-path-style: true");
      }
      lines.add("        region: " + quoted(bucket.region()));
      lines.add("        bucket: " + quoted(bucket.name()));
      lines.add("        path: " + quoted(bucket.path()));
    } else {
      lines.add("      - type: file");
      lines.add(
          "        path: "
              + quoted(((Folder) requireNonNull(options.replica())).path().toString()));
    }
    lines.add("        sync-interval: 1s");
    lines.add("        snapshot-interval: " + pause);
    lines.add("        retention: " + retention);
    return String.join("\n", lines) + "\n";
  }

  private String address() {
    int port = options.metrics().getPort();
    return options.metrics().getHost() + ":" + (port < 0 ? 80 : port);
  }

  /** A JSON string is a YAML string. */
  private static String quoted(String text) {
    return Json.encode(text);
  }

  /** The configuration in a private file, for the caller to delete. */
  Path configurationFile() throws IOException {
    Path file =
        Files.createTempFile(
            "holdfast-litestream-",
            ".yml",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, configuration());
  }

  /** What it calls its version. */
  String version() throws IOException {
    Process process = started(command("version").redirectErrorStream(true));
    try (var said = process.getInputStream()) {
      return new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  /** Replicates until it is stopped. */
  Process replicate(Path configuration) throws IOException {
    return started(
        command("replicate", "-no-expand-env", "-config", configuration.toString()).inheritIO());
  }

  /**
   * Writes the database to a file that is not there yet. A time after the newest backup is taken
   * for the newest: the caller holds what came against the time.
   *
   * @throws IOException with what Litestream said
   */
  void restore(Path target, @Nullable Instant at) throws IOException {
    Path configuration = configurationFile();
    try {
      if (at == null || !at.isBefore(Instant.now())) {
        restore(configuration, target, null);
        return;
      }
      try {
        restore(configuration, target, at);
      } catch (NoMatch e) {
        restore(configuration, target, null);
      }
    } finally {
      Files.deleteIfExists(configuration);
    }
  }

  private void restore(Path configuration, Path target, @Nullable Instant at) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "restore",
                "-no-expand-env",
                "-config",
                configuration.toString(),
                "-o",
                target.toString()));
    if (at != null) {
      words.add("-timestamp");
      words.add(at.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    words.add(options.database().toString());
    Path output = Files.createTempFile("holdfast-litestream-", ".log");
    try {
      Process process =
          started(
              command(words.toArray(String[]::new))
                  .redirectErrorStream(true)
                  .redirectOutput(output.toFile()));
      boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly();
        throw new IOException("litestream restore did not end in " + PATIENCE_MINUTES + " minutes");
      }
      if (process.exitValue() != 0) {
        String said = said(output);
        throw said.contains("no matching backup")
            ? new NoMatch("litestream: " + said)
            : new IOException("litestream: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(output);
    }
    if (!Files.isRegularFile(target)) {
      throw new IOException("litestream restore ended well, and left no file");
    }
  }

  private ProcessBuilder command(String... words) {
    List<String> command = new ArrayList<>(List.of(options.executable()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    if (options.replica() instanceof Bucket bucket) {
      Map<String, String> environment = builder.environment();
      put(environment, "LITESTREAM_ACCESS_KEY_ID", bucket.accessKey());
      put(environment, "LITESTREAM_SECRET_ACCESS_KEY", bucket.secretKey());
    }
    return builder;
  }

  private static void put(Map<String, String> environment, String name, @Nullable SecretValue to) {
    if (to != null) {
      environment.put(name, to.reveal());
    }
  }

  private Process started(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IOException(
          options.executable()
              + ": cannot be run (expected: LITESTREAM_EXECUTABLE names the program Litestream, or"
              + " it is on the path)",
          e);
    }
  }

  /** The end of it, on one line, without credentials. */
  private String said(Path output) throws IOException {
    String text =
        new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
            .strip()
            .replaceAll("\\s+", " ");
    if (options.replica() instanceof Bucket bucket) {
      text = without(without(text, bucket.secretKey()), bucket.accessKey());
    }
    int error = Math.max(text.lastIndexOf("Error:"), text.lastIndexOf("error="));
    String end = error >= 0 ? text.substring(error + 6).strip() : text;
    return end.length() > LONGEST ? end.substring(0, LONGEST) + "…" : end;
  }

  private static String without(String text, @Nullable SecretValue secret) {
    return secret == null || secret.reveal().isEmpty()
        ? text
        : text.replace(secret.reveal(), SecretValue.MASK);
  }

  /** There is a replica, and nothing in it that fits the time. */
  private static final class NoMatch extends IOException {
    private static final long serialVersionUID = 1;

    NoMatch(String message) {
      super(message);
    }
  }
}

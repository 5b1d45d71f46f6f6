package dev.holdfast.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;

/** Runs commands in this process on the files of one folder. */
final class CommandRun {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  final Path envFile;
  final Path database;
  final Map<String, String> environment = new HashMap<>();
  Instant now = NOW;
  Offline.Secrets secrets = new Offline.Secrets(Map.of(), Map.of());
  Offline.Audit audit = new Offline.Audit(0, 0, 0, null, null);

  private String out = "";
  private String err = "";

  /** A folder with an {@code .env} file of fresh keys, and no data. */
  CommandRun(Path folder) {
    this.envFile = folder.resolve(".env");
    this.database = folder.resolve("config.db");
    environment.put("CONFIG_ENV_FILE", envFile.toString());
    environment.put("CONFIG_DB_PATH", database.toString());
    FirstRun.save(envFile, FirstRun.generate(Map.of(), List.of()));
  }

  int run(String... arguments) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    Offline offline =
        new Offline() {
          @Override
          public Secrets secrets(Path asked) {
            return secrets;
          }

          @Override
          public Audit audit(Path asked, Path epochFile, Map<String, String> values) {
            return audit;
          }
        };
    CommandLine line =
        Main.commandLine(environment, Clock.fixed(now, ZoneOffset.UTC), offline)
            .setOut(new PrintWriter(outText))
            .setErr(new PrintWriter(errText));
    int code = line.execute(arguments);
    line.getOut().flush();
    line.getErr().flush();
    out = outText.toString();
    err = errText.toString();
    return code;
  }

  String out() {
    return out;
  }

  String err() {
    return err;
  }

  /** The {@code .env} file as the manager reads it. */
  Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    try {
      Dotenv.parse(".env", Files.readAllBytes(envFile))
          .forEach((name, entry) -> values.put(name, entry.value()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }

  void write(String name, String text) {
    try {
      Files.writeString(envFile.resolveSibling(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A cache as the manager writes it, with one secret. */
  void writeCache(String hmacKeyId, String secretKeyId) {
    write(
        "config.lkg.json",
        """
        {"algorithm":"hmac-sha256","payload":{"config_epoch":"e","generated_at":\
        "2026-03-01T11:00:00+00:00","key_id":"%s","payload":{"s":{"a":1,"key_id":"a setting"}},\
        "revision":1,"secrets":{"s":{"k":{"key_id":"%s","value":"x"}}}},"signature":"00"}"""
            .formatted(hmacKeyId, secretKeyId));
  }

  void writeEpochFile(String updatedAt) {
    write("health+epoch.json", "{\"hmac\":\"00\",\"updated_at\":\"" + updatedAt + "\"}");
  }
}

package dev.holdfast.app;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.files.Reasons;
import dev.holdfast.http.HttpVerticle;
import dev.holdfast.model.Times;
import dev.holdfast.storage.StorageVerticle;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Looks at what a manager needs. Each step stands for itself; none alters anything. All block. */
final class Doctor {
  private static final long LEAST_FREE = 100L << 20;
  private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  private final Layers.Settings layers;
  private final ManagerSettings settings;
  private final Clock clock;
  private final Offline offline;
  private final Findings findings;
  private final boolean running;

  private Doctor(
      Layers.Settings layers,
      ManagerSettings settings,
      Clock clock,
      Offline offline,
      Findings findings) {
    this.layers = layers;
    this.settings = settings;
    this.clock = clock;
    this.offline = offline;
    this.findings = findings;
    this.running = held(settings.databasePath());
  }

  /** Looks at everything; what cannot be read at all ends it. */
  static void examine(
      Supplier<Layers.Settings> read, Clock clock, Offline offline, Findings findings) {
    Layers.Settings layers;
    ManagerSettings settings;
    try {
      layers = read.get();
      layers.warnings().forEach(warning -> findings.warning("environment", warning));
      settings = ManagerSettings.of(layers.values());
      findings.ok("environment", "every variable can be read");
    } catch (StartFailure e) {
      findings.error("environment", e.line());
      return;
    }
    new Doctor(layers, settings, clock, offline, findings).examine();
  }

  private void examine() {
    java();
    envFile();
    folder();
    keys();
    database();
    schemas();
    tokens();
    new DoctorDoors(settings, clock, running, findings).examine();
    clock();
  }

  private void java() {
    int version = Runtime.version().feature();
    if (version < 17) {
      findings.error("java", version + " (expected: 17 or newer)");
    } else {
      findings.ok("java", Runtime.version() + (version > 23 ? ", too new for run --cluster" : ""));
    }
  }

  private void envFile() {
    Path file = layers.envFile();
    if (!Files.exists(file)) {
      findings.warning(".env", file + ": there is none: a first start makes it");
      return;
    }
    String open = EnvFileMode.fault(file);
    if (open != null) {
      findings.error(".env", open);
    } else if (!Files.isWritable(folderOf(file))) {
      findings.warning(".env", folderOf(file) + ": not writable, so keys cannot be rotated here");
    } else {
      findings.ok(".env", file + ": only its owner can read it");
    }
  }

  private void folder() {
    Path folder = folderOf(settings.databasePath());
    Path existing = folder;
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      findings.error("data", existing + ": not a folder that this user may write to");
      return;
    }
    try {
      FileStore store = Files.getFileStore(existing);
      long free = store.getUsableSpace();
      if (free < LEAST_FREE) {
        findings.error(
            "data", existing + ": " + (free >> 20) + " MiB free (expected: 100 or more)");
      } else {
        findings.ok("data", folder + ": writable, " + (free >> 20) + " MiB free");
      }
    } catch (IOException e) {
      findings.error("data", Reasons.of(e));
    }
  }

  private void keys() {
    Map<String, String> values = layers.values();
    if (!values.containsKey(Variable.CONFIG_MASTER_KEY_BASE64.name())) {
      if (hasData()) {
        findings.error(
            "keys", "CONFIG_MASTER_KEY_BASE64 is not set, and there is data: put the .env back");
      } else {
        findings.warning("keys", "none yet: a first start makes them");
      }
      return;
    }
    try {
      CommandRooms.crypto(values).close();
      findings.ok("keys", "master, HMAC and signature keys can be read, and belong together");
    } catch (RuntimeException e) {
      findings.error("keys", String.valueOf(e.getMessage()));
    }
  }

  private void database() {
    Path file = settings.databasePath();
    if (!exists(file)) {
      if (hasData()) {
        findings.error(
            "database",
            file + ": missing, though files beside it are there: holdfast restore, or rebuild");
      } else {
        findings.ok("database", file + ": none yet: a first start makes it");
      }
      return;
    }
    try {
      var stored = StorageVerticle.stored(file, true);
      findings.ok(
          "database",
          "revision "
              + stored.revision()
              + ", "
              + stored.services().size()
              + " services, every page and checksum is right"
              + (running ? "; a manager holds it" : ""));
      KeySurvey survey = new SecretsFiles(layers, offline).masterKeys();
      if (!survey.lost().isEmpty()) {
        findings.error(
            "secrets", "some are sealed with a key that is not at hand: holdfast secrets status");
      }
    } catch (BusFailure e) {
      findings.error("database", e.detail());
    } catch (StartFailure e) {
      findings.error("secrets", e.line());
    }
  }

  private void schemas() {
    try {
      findings.ok("schemas", SchemaFiles.read(settings.schemaDir()).size() + " files");
    } catch (StartFailure e) {
      findings.error("schemas", e.line());
    }
  }

  private void tokens() {
    if (settings.http().apiTokens().isEmpty()) {
      findings.warning("tokens", "CONFIG_API_TOKENS is not set: a first start makes two");
      return;
    }
    try {
      HttpVerticle.Options options =
          Bootstrap.http(settings.http(), settings.recovery().rebuildToken());
      List<String> weak = options.weakTokens();
      if (weak.isEmpty()) {
        findings.ok("tokens", options.tokens().size() + ", each of 128 bits or more");
      }
      weak.forEach(
          name ->
              findings.warning(
                  "tokens", name + ": under 128 bits (take one of openssl rand -hex 32)"));
    } catch (IllegalArgumentException e) {
      findings.error("tokens", String.valueOf(e.getMessage()));
    }
  }

  private void clock() {
    Instant now = clock.instant();
    if (now.isBefore(EARLIEST)) {
      findings.error("clock", now + ": before this program was made: set it (NTP)");
      return;
    }
    try {
      Instant recorded =
          exists(settings.epochPath())
              ? Files.getLastModifiedTime(settings.epochPath()).toInstant()
              : now;
      if (recorded.isAfter(now.plusSeconds(60))) {
        findings.error("clock", now + ": behind the epoch file of " + recorded + ": set it (NTP)");
      } else {
        findings.ok("clock", Times.format(now));
      }
    } catch (IOException e) {
      findings.error("clock", Reasons.of(e));
    }
  }

  private static boolean held(Path database) {
    if (!exists(database.resolveSibling(database.getFileName() + ".lock"))) {
      return false;
    }
    try {
      return StorageVerticle.alone(database, () -> false);
    } catch (BusFailure e) {
      return true;
    }
  }

  private boolean hasData() {
    return settings.dataFiles().stream().anyMatch(Doctor::exists);
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static Path folderOf(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().normalize().getParent(), "a file");
  }
}

package dev.holdfast.app;

import dev.holdfast.messages.lkg.LkgContent;
import dev.holdfast.messages.storage.Stored;
import dev.holdfast.messages.storage.StoredService;
import dev.holdfast.model.Times;
import dev.holdfast.model.Tombstone;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts a database and what is recorded of it side by side, for a person. No values of settings. */
final class RestoreReport {
  private final Stored database;
  private final Recorded recorded;

  RestoreReport(Stored database, Recorded recorded) {
    this.database = database;
    this.recorded = recorded;
  }

  /** What is in the database, whose integrity was found right. */
  List<String> database(Path file, @Nullable String auditFault, long secretsWithoutKey) {
    List<String> lines = new ArrayList<>();
    lines.add("Database " + file);
    lines.add("  epoch " + database.epoch() + ", revision " + database.revision());
    lines.add("  services: " + database.services().size() + newestChange());
    lines.add("  every page and every checksum is right");
    if (auditFault != null) {
      lines.add("  access log: " + auditFault);
    }
    if (secretsWithoutKey > 0) {
      lines.add("  secrets sealed with a key that is not at hand: " + secretsWithoutKey);
    }
    return lines;
  }

  private String newestChange() {
    return Stream.concat(
            database.services().stream().map(StoredService::updatedAt),
            database.tombstones().stream().map(Tombstone::deletedAt))
        .max(Instant::compareTo)
        .map(at -> ", newest change " + Times.format(at))
        .orElse("");
  }

  /** What is recorded beside it. */
  List<String> recorded(Path epochFile, Path lkgFile) {
    List<String> lines = new ArrayList<>();
    lines.add("Epoch file " + epochFile);
    lines.add(
        recorded.place() != null
            ? "  epoch " + recorded.place().epoch() + ", revision " + recorded.place().revision()
            : recorded.placeFault() == null
                ? "  there is none"
                : "  not to be believed: " + recorded.placeFault());
    lines.add("Last-known-good file " + lkgFile);
    LkgContent cache = recorded.cache();
    if (cache != null) {
      lines.add("  epoch " + cache.epoch() + ", revision " + cache.revision());
      lines.add("  written " + Times.format(cache.writtenAt()));
    } else {
      lines.add(
          recorded.cacheFault() == null
              ? "  there is none"
              : "  not to be believed: " + recorded.cacheFault());
    }
    return lines;
  }

  /** What was recorded and is not in the database. */
  List<String> lost() {
    List<String> lines = new ArrayList<>();
    long newest = recorded.newestRevision(database);
    if (newest > database.revision()) {
      lines.add("Not in the database: revisions " + (database.revision() + 1) + " to " + newest);
    }
    LkgContent cache = recorded.cache();
    if (cache != null
        && (!cache.epoch().equals(database.epoch()) || cache.revision() > database.revision())) {
      List<String> differences = differences(cache);
      if (!differences.isEmpty()) {
        lines.add("Services that are others in the last-known-good file:");
        lines.addAll(differences);
      }
    }
    return lines;
  }

  private List<String> differences(LkgContent cache) {
    Map<String, String> here = new TreeMap<>();
    database
        .services()
        .forEach(it -> here.put(it.service(), version(it.version(), it.updatedAt())));
    database.tombstones().forEach(it -> here.put(it.service(), deleted(it)));
    Map<String, String> there = new TreeMap<>();
    cache.services().forEach(it -> there.put(it.service(), version(it.version(), it.updatedAt())));
    cache.tombstones().forEach(it -> there.put(it.service(), deleted(it)));
    Map<String, String> all = new TreeMap<>(here);
    all.putAll(there);
    List<String> lines = new ArrayList<>();
    for (String service : all.keySet()) {
      String mine = here.getOrDefault(service, "not");
      String theirs = there.getOrDefault(service, "not");
      if (!Objects.equals(mine, theirs)) {
        lines.add("  " + service + ": " + mine + " here, " + theirs + " there");
      }
    }
    return lines;
  }

  private static String version(long version, Instant at) {
    return "version " + version + " of " + Times.format(at);
  }

  private static String deleted(Tombstone tombstone) {
    return "deleted on " + Times.format(tombstone.deletedAt());
  }
}

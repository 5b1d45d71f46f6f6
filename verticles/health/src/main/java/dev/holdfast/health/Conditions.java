package dev.holdfast.health;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.health.Fault.Kind;
import dev.holdfast.health.Fault.Status;
import dev.holdfast.messages.backup.BackupState;
import dev.holdfast.messages.health.HealthDetail.Progress;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.health.HealthReport.Reads;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.mqtt.BrokerState;
import dev.holdfast.messages.settings.SecretsStatus;
import dev.holdfast.messages.settings.SettingsStanding;
import dev.holdfast.messages.settings.SettingsStanding.Basis;
import dev.holdfast.messages.storage.StorageProbed;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of the manager's state, and what follows from it. The one place that
 * decides database status and operational mode.
 */
final class Conditions {
  static final String NORMAL = "normal";
  static final String FALLBACK = "read-only-fallback";
  static final String REBUILDING = "rebuilding";

  private static final Set<Kind> OF_DATABASE =
      EnumSet.of(
          Kind.DATABASE_CORRUPTED,
          Kind.DATABASE_MISSING,
          Kind.DATABASE_FOREIGN,
          Kind.DATABASE_NEWER,
          Kind.DATABASE_FAILED,
          Kind.DATABASE_FULL,
          Kind.DATABASE_READ_ONLY,
          Kind.DATABASE_LOCKED);
  private static final Set<Kind> OF_LINEAGE =
      EnumSet.of(Kind.EPOCH_FILE_INVALID, Kind.DATABASE_OTHER_EPOCH, Kind.DATABASE_BEHIND);

  private final Map<Kind, Fault> faults = new EnumMap<>(Kind.class);
  private final BackupConditions backup = new BackupConditions();
  private @Nullable SettingsStanding standing;
  private @Nullable Progress rebuilding;
  private String epoch = "";
  private long revision;
  private long schemaVersion;
  private boolean cacheValid;

  /** The settings room speaks of this state; what is older than known changes nothing. */
  void settings(String itsEpoch, long itsRevision, long itsSchemaVersion) {
    if (!itsEpoch.equals(epoch) || itsRevision >= revision) {
      epoch = itsEpoch;
      revision = itsRevision;
      schemaVersion = itsSchemaVersion;
    }
  }

  /** What the settings rest on. */
  void standing(SettingsStanding now) {
    standing = now;
    faults.remove(Kind.SCHEMA_MISMATCH);
    if (!now.breaks().isEmpty()) {
      put(Kind.SCHEMA_MISMATCH, String.valueOf(now.err()));
    }
    if (now.adopted()) {
      faults.keySet().removeAll(OF_LINEAGE);
    }
  }

  /** Whether the settings room has said what its settings rest on. */
  boolean known() {
    return standing != null;
  }

  /** Whether what is served is the database's. */
  boolean adopted() {
    return standing != null && standing.adopted();
  }

  /** The stored settings that no longer fit. */
  List<String> breaks() {
    return standing == null ? List.of() : standing.breaks();
  }

  /** The least that a probe which begins now must find. */
  StorageProbed expected() {
    return new StorageProbed(epoch, revision);
  }

  /** Whether a probe found the database that is served; where not, that is a fault. */
  boolean probed(StorageProbed found, StorageProbed expected) {
    if (!adopted()) {
      return true;
    }
    if (!found.epoch().equals(expected.epoch())) {
      failed(
          BusFailure.of(
              FailureCode.STORAGE_CORRUPT,
              "the file is of another epoch than the one that was opened: it was replaced"));
      return false;
    }
    if (found.revision() < expected.revision()) {
      failed(
          BusFailure.of(
              FailureCode.STORAGE_CORRUPT,
              "the file is behind what was committed: it was replaced or rolled back"));
      return false;
    }
    if (found.epoch().equals(epoch)) {
      revision = Math.max(revision, found.revision());
    }
    return true;
  }

  /** The database is well. */
  void well() {
    faults.keySet().removeAll(OF_DATABASE);
  }

  /** The database failed somebody. */
  void failed(Throwable failure) {
    well();
    FailureCode code =
        failure instanceof BusFailure typed ? typed.code() : FailureCode.STORAGE_FAILED;
    String detail =
        failure instanceof BusFailure typed ? typed.detail() : "internal error, see the log";
    switch (code) {
      case STORAGE_LOCKED -> put(Kind.DATABASE_LOCKED, "the database is locked: " + detail);
      case STORAGE_FULL ->
          put(Kind.DATABASE_FULL, "the database cannot grow: " + detail + "; make room");
      case STORAGE_READ_ONLY ->
          put(Kind.DATABASE_READ_ONLY, "the database cannot be written: " + detail);
      case STORAGE_CORRUPT ->
          put(
              Kind.DATABASE_CORRUPTED,
              "the database is damaged: " + detail + "; restore it, or rebuild it");
      case STORAGE_MISSING -> put(Kind.DATABASE_MISSING, "the database is missing: " + detail);
      case STORAGE_FOREIGN ->
          put(
              Kind.DATABASE_FOREIGN,
              "the database is not ours: " + detail + "; correct CONFIG_DB_PATH");
      case STORAGE_NEWER -> put(Kind.DATABASE_NEWER, "the database is too new: " + detail);
      default -> put(Kind.DATABASE_FAILED, "the database does not work: " + detail);
    }
  }

  /** Why a database that works may not be written, or null where it may. */
  void lineage(@Nullable Fault fault) {
    faults.keySet().removeAll(OF_LINEAGE);
    if (fault != null) {
      faults.put(fault.kind(), fault);
    }
  }

  /** How far a rebuild is, or null where none is under way. */
  void rebuilding(@Nullable Progress progress) {
    rebuilding = progress;
  }

  @Nullable Progress rebuilding() {
    return rebuilding;
  }

  /** What the last-known-good room says. */
  void cache(LkgState state) {
    faults.remove(Kind.LKG_AHEAD);
    faults.remove(Kind.LKG_WRITE_FAILED);
    cacheValid = state.valid();
    String fault = state.fault();
    if (fault != null) {
      boolean ahead = !state.valid() && epoch.equals(state.epoch()) && state.revision() > revision;
      put(ahead ? Kind.LKG_AHEAD : Kind.LKG_WRITE_FAILED, fault);
    }
  }

  /** What the backup room says. */
  void backup(BackupState state) {
    backup.tell(state);
    backup.into(faults);
  }

  /** What the backup room said last. */
  BackupState backup() {
    return backup.state();
  }

  /** What the MQTT room says. */
  void broker(BrokerState state) {
    set(Kind.MQTT_DOWN, state.fault());
  }

  /** Why the epoch file could not be written, or null when it could. */
  void epochFile(@Nullable String fault) {
    set(Kind.EPOCH_WRITE_FAILED, fault);
  }

  /** How the secrets stand. */
  void secrets(SecretsStatus status) {
    set(Kind.SECRET_UNREADABLE, SecretsText.of(status));
  }

  /** Why the access log is not the one that was recorded, or null when it is. */
  void audit(@Nullable String fault) {
    set(Kind.AUDIT_BROKEN, fault == null ? null : "the access log: " + fault);
  }

  /** Why the clock cannot be right, or null. */
  void clock(@Nullable String fault) {
    set(Kind.CLOCK_BEHIND, fault);
  }

  /** Why the newest rebuild failed, or null. */
  void rebuild(@Nullable String fault) {
    set(Kind.REBUILD_FAILED, fault);
  }

  /** What is wrong, worst first. */
  List<Fault> faults() {
    Map<Kind, Fault> all = new EnumMap<>(faults);
    SettingsStanding now = standing;
    if (now != null && !now.adopted() && ofDatabase(all.values()) == null) {
      Kind kind = Kind.DATABASE_NOT_ADOPTED;
      all.put(kind, new Fault(kind, "the database is not served: " + now.err()));
    }
    return List.copyOf(all.values());
  }

  /** The worst fault of the database, or null. */
  @Nullable Fault ofDatabase() {
    return ofDatabase(faults());
  }

  private static @Nullable Fault ofDatabase(Collection<Fault> worstFirst) {
    return worstFirst.stream()
        .filter(fault -> fault.kind().status() != Status.HEALTHY)
        .findFirst()
        .orElse(null);
  }

  HealthReport report() {
    List<Fault> all = faults();
    Fault worst = all.isEmpty() ? null : all.get(0);
    Fault database = ofDatabase(all);
    Progress progress = rebuilding;
    String mode = progress != null ? REBUILDING : database == null && adopted() ? NORMAL : FALLBACK;
    return new HealthReport(
        mode.equals(NORMAL),
        (database == null ? Status.HEALTHY : database.kind().status()).word(),
        mode,
        epoch,
        schemaVersion,
        cacheValid,
        backup.state().status().word(),
        backup.lastBackup(),
        progress != null ? REBUILDING : worst == null ? null : worst.kind().event(),
        progress != null
            ? "step %d of %d: %s".formatted(progress.step(), progress.steps(), progress.text())
            : worst == null ? null : worst.text(),
        mode.equals(NORMAL) ? Reads.DATABASE : reads(database));
  }

  private Reads reads(@Nullable Fault database) {
    SettingsStanding now = standing;
    if (now == null || now.basis() == Basis.DEFAULT) {
      return Reads.DEFAULT;
    }
    boolean another = database != null && OF_LINEAGE.contains(database.kind());
    return another && now.basis() == Basis.DATABASE ? Reads.DATABASE : Reads.LKG;
  }

  private void put(Kind kind, String text) {
    faults.put(kind, new Fault(kind, text));
  }

  private void set(Kind kind, @Nullable String text) {
    if (text == null) {
      faults.remove(kind);
    } else {
      put(kind, text);
    }
  }
}

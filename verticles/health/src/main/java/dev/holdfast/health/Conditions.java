package dev.holdfast.health;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import dev.holdfast.health.Fault.Kind;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.lkg.LkgState;
import dev.holdfast.messages.mqtt.BrokerState;
import dev.holdfast.messages.settings.SecretsStatus;
import dev.holdfast.messages.settings.SecretsStatus.SecretFault;
import dev.holdfast.messages.storage.StorageProbed;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of the manager's state, and what follows from it. The one place that
 * decides database status and operational mode.
 */
final class Conditions {
  static final String NORMAL = "normal";
  private static final String HEALTHY = "healthy";
  private static final String LOCKED = "locked";
  private static final String CORRUPTED = "corrupted";

  /** How many secrets a text names. */
  private static final int NAMED = 3;

  private final Map<Kind, Fault> faults = new EnumMap<>(Kind.class);
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

  /** The least that a probe which begins now must find. */
  StorageProbed expected() {
    return new StorageProbed(epoch, revision);
  }

  /** A probe found the database readable and writable. */
  void probed(StorageProbed found, StorageProbed expected) {
    clearDatabase();
    if (!found.epoch().equals(expected.epoch())) {
      put(
          Kind.DATABASE_CORRUPTED,
          "the database file is of another epoch than the one that was opened: it was replaced");
    } else if (found.revision() < expected.revision()) {
      put(
          Kind.DATABASE_CORRUPTED,
          "the database file is behind what was committed: it was replaced or rolled back");
    } else if (found.epoch().equals(epoch)) {
      revision = Math.max(revision, found.revision());
    }
  }

  /** A probe failed. */
  void probeFailed(Throwable failure) {
    clearDatabase();
    FailureCode code =
        failure instanceof BusFailure typed ? typed.code() : FailureCode.STORAGE_FAILED;
    String detail =
        failure instanceof BusFailure typed ? typed.detail() : "internal error, see the log";
    switch (code) {
      case STORAGE_LOCKED -> put(Kind.DATABASE_LOCKED, "the database is locked: " + detail);
      case STORAGE_FULL -> put(Kind.DATABASE_FULL, "the database cannot grow: " + detail);
      case STORAGE_CORRUPT -> put(Kind.DATABASE_CORRUPTED, "the database is damaged: " + detail);
      default -> put(Kind.DATABASE_FAILED, "the database does not work: " + detail);
    }
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
    List<SecretFault> unreadable = status.faults();
    if (unreadable.isEmpty()) {
      set(Kind.SECRET_UNREADABLE, null);
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append(unreadable.size()).append(unreadable.size() == 1 ? " secret" : " secrets");
    text.append(unreadable.size() == 1 ? " does not open" : " do not open");
    String separator = ": ";
    for (SecretFault fault : unreadable.subList(0, Math.min(NAMED, unreadable.size()))) {
      text.append(separator).append(fault.service()).append(' ').append(fault.key());
      text.append(" (").append(fault.fault());
      text.append(fault.keyId().isEmpty() ? ")" : ", key id " + fault.keyId() + ")");
      separator = ", ";
    }
    text.append(unreadable.size() > NAMED ? " and others" : "");
    boolean stuck = status.rotation() == SecretsStatus.Rotation.STUCK;
    put(
        Kind.SECRET_UNREADABLE,
        text.append(stuck ? "; the old master key is still needed" : "").toString());
  }

  /** Why the access log is not the one that was recorded, or null when it is. */
  void audit(@Nullable String fault) {
    set(Kind.AUDIT_BROKEN, fault == null ? null : "the access log: " + fault);
  }

  /** What is wrong, worst first. */
  List<Fault> faults() {
    return List.copyOf(faults.values());
  }

  HealthReport report() {
    Fault worst = faults.isEmpty() ? null : faults.values().iterator().next();
    String database = databaseStatus();
    return new HealthReport(
        database.equals(HEALTHY),
        database,
        NORMAL,
        epoch,
        schemaVersion,
        cacheValid,
        "disabled",
        null,
        worst == null ? null : worst.kind().event(),
        worst == null ? null : worst.text());
  }

  private String databaseStatus() {
    if (faults.containsKey(Kind.DATABASE_CORRUPTED)) {
      return CORRUPTED;
    }
    boolean passing =
        faults.containsKey(Kind.DATABASE_FAILED)
            || faults.containsKey(Kind.DATABASE_FULL)
            || faults.containsKey(Kind.DATABASE_LOCKED);
    return passing ? LOCKED : HEALTHY;
  }

  private void clearDatabase() {
    faults.remove(Kind.DATABASE_CORRUPTED);
    faults.remove(Kind.DATABASE_FAILED);
    faults.remove(Kind.DATABASE_FULL);
    faults.remove(Kind.DATABASE_LOCKED);
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

package dev.holdfast.messages.health;

import static java.util.Objects.requireNonNull;

import dev.holdfast.model.Times;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of the manager, as {@code GET /api/config/health}, MQTT and SSE show it.
 *
 * @param ok whether reads and writes both work
 * @param databaseStatus {@code healthy}, {@code locked}, {@code corrupted} or {@code
 *     schema-mismatch}
 * @param operationalMode {@code normal}, {@code read-only-fallback} or {@code rebuilding}
 * @param epoch the database's epoch
 * @param schemaVersion the version of the model of all schemas
 * @param lkgCacheValid whether the last-known-good file on disk is good
 * @param litestreamStatus {@code healthy}, {@code error} or {@code disabled}
 * @param lastBackup when the last backup was made, or null
 * @param event the name of the fault that matters most, or null when all is well
 * @param err the same for a person, or null; never holds a secret
 * @param reads where reads are answered from; told by a header of each reply, not by the object
 */
public record HealthReport(
    boolean ok,
    String databaseStatus,
    String operationalMode,
    String epoch,
    long schemaVersion,
    boolean lkgCacheValid,
    String litestreamStatus,
    @Nullable Instant lastBackup,
    @Nullable String event,
    @Nullable String err,
    Reads reads)
    implements HealthMessage {
  /** Where reads are answered from. */
  public enum Reads {
    /** Memory, as the database has it. */
    DATABASE("database"),
    /** Memory as it was before the fault, or the last-known-good file. */
    LKG("lkg"),
    /** The environment and the defaults of the schemas. */
    DEFAULT("default");

    private final String word;

    Reads(String word) {
      this.word = word;
    }

    /** The name it has on the wire. */
    public String word() {
      return word;
    }
  }

  public HealthReport {
    requireNonNull(databaseStatus, "databaseStatus");
    requireNonNull(operationalMode, "operationalMode");
    requireNonNull(epoch, "epoch");
    requireNonNull(litestreamStatus, "litestreamStatus");
    requireNonNull(reads, "reads");
  }

  /** Of a manager that answers as its database has it. */
  public HealthReport(
      boolean ok,
      String databaseStatus,
      String operationalMode,
      String epoch,
      long schemaVersion,
      boolean lkgCacheValid,
      String litestreamStatus,
      @Nullable Instant lastBackup,
      @Nullable String event,
      @Nullable String err) {
    this(
        ok,
        databaseStatus,
        operationalMode,
        epoch,
        schemaVersion,
        lkgCacheValid,
        litestreamStatus,
        lastBackup,
        event,
        err,
        Reads.DATABASE);
  }

  /** The ten members that every door shows, under their public names and in their order. */
  public Map<String, @Nullable Object> members() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("ok", ok);
    members.put("database_status", databaseStatus);
    members.put("operational_mode", operationalMode);
    members.put("config_epoch", epoch);
    members.put("schema_version", schemaVersion);
    members.put("lkg_cache_valid", lkgCacheValid);
    members.put("litestream_status", litestreamStatus);
    members.put("last_backup", lastBackup == null ? null : Times.format(lastBackup));
    members.put("event", event);
    members.put("err", err);
    return members;
  }
}

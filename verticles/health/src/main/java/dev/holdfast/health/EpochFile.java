package dev.holdfast.health;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.json.CanonicalJson;
import dev.holdfast.json.StrictJson;
import dev.holdfast.messages.health.HealthReport;
import dev.holdfast.messages.storage.AuditHead;
import dev.holdfast.model.Times;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the epoch file records.
 *
 * @param epoch the database's epoch
 * @param schemaVersion the version of the model of all schemas
 * @param createdAt when the file was first made
 * @param lastRebuild when the database was last rebuilt, or null
 * @param updatedAt when this was written
 * @param ok as {@link HealthReport#ok()}
 * @param databaseStatus as {@link HealthReport#databaseStatus()}
 * @param operationalMode as {@link HealthReport#operationalMode()}
 * @param revision the revision that the last-known-good file on disk holds: no database of this
 *     epoch may be behind it
 * @param audit the newest row of the access log, or null where none is known
 */
record EpochFile(
    String epoch,
    long schemaVersion,
    Instant createdAt,
    @Nullable Instant lastRebuild,
    Instant updatedAt,
    boolean ok,
    String databaseStatus,
    String operationalMode,
    long revision,
    @Nullable AuditHead audit) {
  private static final String HMAC = "hmac";
  private static final String AUDIT_ID = "audit_id";
  private static final String AUDIT_MAC = "audit_mac";

  /** The canonical text that is authenticated: all members but {@code hmac}. */
  String body() {
    return CanonicalJson.write(members());
  }

  /** The file. */
  byte[] seal(String hmacHex) {
    Map<String, @Nullable Object> members = members();
    members.put(HMAC, hmacHex);
    return CanonicalJson.write(members).getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, @Nullable Object> members() {
    Map<String, @Nullable Object> members = new HashMap<>();
    members.put("config_epoch", epoch);
    members.put("schema_version", schemaVersion);
    members.put("created_at", Times.format(createdAt));
    members.put("last_rebuild", lastRebuild == null ? null : Times.format(lastRebuild));
    members.put("updated_at", Times.format(updatedAt));
    members.put("ok", ok);
    members.put("database_status", databaseStatus);
    members.put("operational_mode", operationalMode);
    members.put("revision", revision);
    if (audit != null) {
      members.put(AUDIT_ID, audit.id());
      members.put(AUDIT_MAC, audit.mac());
    }
    return members;
  }

  /**
   * Takes a file apart without believing it.
   *
   * @throws IllegalArgumentException that says why it is none
   */
  static Unverified open(byte[] file) {
    Map<String, @Nullable Object> members;
    try {
      members = new HashMap<>(StrictJson.object(file));
    } catch (BusFailure e) {
      throw new IllegalArgumentException(e.detail(), e);
    }
    if (members.remove(HMAC) instanceof String hmac) {
      return new Unverified(members, CanonicalJson.write(members), hmac);
    }
    throw new IllegalArgumentException("it has no hmac");
  }

  /**
   * A file that is not believed yet.
   *
   * @param members all but {@code hmac}
   * @param body their canonical text
   * @param hmac the HMAC it claims
   */
  record Unverified(Map<String, @Nullable Object> members, String body, String hmac) {
    /**
     * What it records, once {@code hmac} has been found right.
     *
     * @throws IllegalArgumentException when a member is missing
     */
    EpochFile content() {
      try {
        String rebuilt = members.get("last_rebuild") instanceof String text ? text : null;
        return new EpochFile(
            member("config_epoch", String.class),
            member("schema_version", Long.class),
            Times.parse(member("created_at", String.class)),
            rebuilt == null ? null : Times.parse(rebuilt),
            Times.parse(member("updated_at", String.class)),
            member("ok", Boolean.class),
            member("database_status", String.class),
            member("operational_mode", String.class),
            member("revision", Long.class),
            audit());
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }

    /** The recorded head of the access log; null where none is. */
    @Nullable AuditHead audit() {
      return members.containsKey(AUDIT_ID)
          ? new AuditHead(member(AUDIT_ID, Long.class), member(AUDIT_MAC, String.class))
          : null;
    }

    private <T> T member(String name, Class<T> type) {
      Object value = members.get(name);
      if (!type.isInstance(value)) {
        throw new IllegalArgumentException("it has no " + name);
      }
      return type.cast(value);
    }
  }
}

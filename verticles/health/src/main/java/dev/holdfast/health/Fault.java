package dev.holdfast.health;

/**
 * Something that is wrong now.
 *
 * @param kind what
 * @param text the same for a person; holds no secret, and nothing that changes while it lasts
 */
record Fault(Kind kind, String text) {
  /** What a fault makes of the database's status. */
  enum Status {
    HEALTHY("healthy"),
    LOCKED("locked"),
    CORRUPTED("corrupted"),
    SCHEMA_MISMATCH("schema-mismatch");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    /** The name it has on the wire. */
    String word() {
      return word;
    }
  }

  /** What can be wrong, worst first. */
  enum Kind {
    DATABASE_CORRUPTED("database-corrupted", Status.CORRUPTED),
    DATABASE_MISSING("database-missing", Status.CORRUPTED),
    DATABASE_FOREIGN("database-foreign", Status.CORRUPTED),
    DATABASE_NEWER("database-newer", Status.CORRUPTED),
    EPOCH_FILE_INVALID("epoch-file-invalid", Status.CORRUPTED),
    DATABASE_OTHER_EPOCH("database-other-epoch", Status.CORRUPTED),
    DATABASE_BEHIND("database-behind", Status.CORRUPTED),
    SCHEMA_MISMATCH("schema-mismatch", Status.SCHEMA_MISMATCH),
    DATABASE_FAILED("database-failed", Status.LOCKED),
    DATABASE_FULL("database-full", Status.LOCKED),
    DATABASE_READ_ONLY("database-read-only", Status.LOCKED),
    DATABASE_LOCKED("database-locked", Status.LOCKED),
    DATABASE_NOT_ADOPTED("database-not-adopted", Status.LOCKED),
    REBUILD_FAILED("rebuild-failed", Status.HEALTHY),
    LKG_AHEAD("lkg-ahead", Status.HEALTHY),
    LKG_WRITE_FAILED("lkg-write-failed", Status.HEALTHY),
    EPOCH_WRITE_FAILED("epoch-write-failed", Status.HEALTHY),
    SECRET_UNREADABLE("secret-unreadable", Status.HEALTHY),
    AUDIT_BROKEN("audit-broken", Status.HEALTHY),
    CLOCK_BEHIND("clock-behind", Status.HEALTHY),
    LITESTREAM_DEAD("litestream-dead", Status.HEALTHY),
    LITESTREAM_HUNG("litestream-hung", Status.HEALTHY),
    REPLICA_REFUSED("replica-refused", Status.HEALTHY),
    REPLICA_UNREACHABLE("replica-unreachable", Status.HEALTHY),
    BACKUP_FROZEN("backup-frozen", Status.HEALTHY),
    BACKUP_LAGGING("backup-lagging", Status.HEALTHY),
    RESTORE_FAILED("restore-failed", Status.HEALTHY),
    MQTT_DOWN("mqtt-down", Status.HEALTHY);

    private final String event;
    private final Status status;

    Kind(String event, Status status) {
      this.event = event;
      this.status = status;
    }

    /** The name it has on the wire. */
    String event() {
      return event;
    }

    /** What it makes of the database's status. */
    Status status() {
      return status;
    }

    /** Whether it may be healed by a new database made from what is last known to be good. */
    boolean rebuildable() {
      return this == DATABASE_CORRUPTED || this == DATABASE_MISSING || this == SCHEMA_MISMATCH;
    }
  }
}

package dev.holdfast.health;

/**
 * Something that is wrong now.
 *
 * @param kind what
 * @param text the same for a person; holds no secret, and nothing that changes while it lasts
 */
record Fault(Kind kind, String text) {
  /** What can be wrong, worst first. */
  enum Kind {
    DATABASE_CORRUPTED("database-corrupted"),
    DATABASE_FAILED("database-failed"),
    DATABASE_FULL("database-full"),
    DATABASE_LOCKED("database-locked"),
    LKG_AHEAD("lkg-ahead"),
    LKG_WRITE_FAILED("lkg-write-failed"),
    EPOCH_WRITE_FAILED("epoch-write-failed"),
    SECRET_UNREADABLE("secret-unreadable"),
    AUDIT_BROKEN("audit-broken"),
    MQTT_DOWN("mqtt-down");

    private final String event;

    Kind(String event) {
      this.event = event;
    }

    /** The name it has on the wire. */
    String event() {
      return event;
    }
  }
}

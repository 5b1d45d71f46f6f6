package dev.holdfast.client;

/** An update that does not count. Its message is for a person and shows no value of it. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Which check it failed. */
  enum Check {
    /** An empty payload: it cleared a retained message and erases nothing. */
    EMPTY,
    /** Not canonical JSON with exactly the seven members, each of its form. */
    FORM,
    /** It is of another service than the one asked for. */
    SERVICE,
    /** The checksum is not that of the settings. */
    CHECKSUM,
    /** None of the known keys signed it. */
    SIGNATURE,
    /** It was issued too far from now. */
    FRESHNESS,
    /** It is of another life of the database, and the manager has not confirmed that. */
    EPOCH,
    /** It is not above the version held. */
    VERSION
  }

  private final Check check;

  Refused(Check check, String message) {
    super(message, null, false, false);
    this.check = check;
  }

  Check check() {
    return check;
  }
}

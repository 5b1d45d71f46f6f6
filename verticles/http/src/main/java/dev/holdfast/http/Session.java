package dev.holdfast.http;

/**
 * Somebody who signed in. Its id is known to the browser alone; safe for use by several threads.
 */
final class Session {
  private final Grant grant;
  private final String csrfToken;
  private final long begunMillis;
  private volatile long usedMillis;
  private volatile boolean ended;

  /** {@code millis} is when it begins. */
  Session(Grant grant, String csrfToken, long millis) {
    this.grant = grant;
    this.csrfToken = csrfToken;
    this.begunMillis = millis;
    this.usedMillis = millis;
  }

  /** What the token allows that it was begun with. */
  Grant grant() {
    return grant;
  }

  /** What a change has to carry in {@code X-CSRF-Token}. */
  String csrfToken() {
    return csrfToken;
  }

  long begunMillis() {
    return begunMillis;
  }

  /** When it was last used. */
  long usedMillis() {
    return usedMillis;
  }

  void use(long millis) {
    usedMillis = millis;
  }

  boolean ended() {
    return ended;
  }

  void end() {
    ended = true;
  }

  /** Whose it is, and no token. */
  @Override
  public String toString() {
    return "Session[" + grant.name() + "]";
  }
}

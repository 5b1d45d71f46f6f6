package dev.holdfast.http;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of all instances, found by the SHA-256 digest of their id: who reads this memory
 * cannot sign in with it. A session ends when it was not used for a while, when it is too old, and
 * when its token was revoked. Bounded: where there are too many the one not used for longest ends,
 * and a token that has its share loses one of its own. Safe for use by several threads.
 */
final class Sessions {
  private static final int SECRET_BYTES = 32;

  private final Map<String, Session> open = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final Limits limits;
  private final Predicate<Grant> held;
  private final LongSupplier millis;
  private final Clock clock;

  /**
   * The bounds.
   *
   * @param idleMillis how long a session lasts without a request
   * @param maxMillis how long it lasts at most
   * @param total how many there may be
   * @param perToken how many one token may have
   */
  record Limits(long idleMillis, long maxMillis, int total, int perToken) {}

  /** A new session and the id that only its owner gets to know. */
  record Begun(String id, Session session) {
    @Override
    public String toString() {
      return "Begun[" + session + "]";
    }
  }

  /**
   * @param held whether a token is still one
   * @param millis tells a time that never goes back
   * @param clock tells the time of day
   */
  Sessions(Limits limits, Predicate<Grant> held, LongSupplier millis, Clock clock) {
    this.limits = limits;
    this.held = held;
    this.millis = millis;
    this.clock = clock;
  }

  /** Begins a session under a new id of 256 random bits. */
  synchronized Begun begin(Grant grant) {
    long now = millis.getAsLong();
    makeRoom(grant);
    String id = secret();
    Session session = new Session(grant, secret(), now);
    open.put(key(Tokens.sha256().digest(Tokens.bytes(id))), session);
    return new Begun(id, session);
  }

  /**
   * The session whose id has that digest, which counts as a use of it; null where there is none.
   */
  @Nullable Session find(byte[] digest) {
    Session session = open.get(key(digest));
    if (session == null || !lives(session)) {
      return null;
    }
    session.use(millis.getAsLong());
    return session;
  }

  /** Whether it has neither ended nor timed out, and its token was not revoked. */
  boolean holds(Session session) {
    return lives(session);
  }

  /** Ends it, where it has not. */
  void end(Session session) {
    session.end();
    sweep();
  }

  /** Lets go of those that are over; true where there were any. */
  boolean sweep() {
    return open.values().removeIf(session -> !lives(session));
  }

  /** How many there are. */
  int size() {
    return open.size();
  }

  /** When it ends if nothing is asked under it any more. */
  Instant expires(Session session) {
    return clock.instant().plusMillis(restMillis(session));
  }

  /** When something ends that is used now and not again. */
  Instant idleFromNow() {
    return clock.instant().plusMillis(limits.idleMillis());
  }

  /** 256 random bits. */
  String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private boolean lives(Session session) {
    return restMillis(session) > 0 && held.test(session.grant());
  }

  private long restMillis(Session session) {
    if (session.ended()) {
      return 0;
    }
    return Math.min(
            session.usedMillis() + limits.idleMillis(), session.begunMillis() + limits.maxMillis())
        - millis.getAsLong();
  }

  private void makeRoom(Grant grant) {
    sweep();
    List<Session> own = open.values().stream().filter(each -> each.grant().equals(grant)).toList();
    if (own.size() >= limits.perToken()) {
      endIdlest(own);
    } else if (open.size() >= limits.total()) {
      endIdlest(open.values());
    }
  }

  private void endIdlest(Collection<Session> among) {
    among.stream().min(Comparator.comparingLong(Session::usedMillis)).ifPresent(this::end);
  }

  private static String key(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}

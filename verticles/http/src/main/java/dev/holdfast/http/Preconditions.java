package dev.holdfast.http;

import dev.holdfast.bus.BusFailure;
import dev.holdfast.bus.FailureCode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * From which version a change was made.
 *
 * @param version the version the caller read; 0 where it says that there is none
 * @param byTag whether an entity tag said so, and not a number that differs from it
 */
record Preconditions(long version, boolean byTag) {

  /** The entity tag is not the current one. */
  static final class StaleTag extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long currentVersion;

    StaleTag(String message, long currentVersion) {
      super(message, null, false, false);
      this.currentVersion = currentVersion;
    }

    /** The version there is; 0 where there is none. */
    long currentVersion() {
      return currentVersion;
    }
  }

  /**
   * Reads {@code If-Match}, {@code If-None-Match: *} and the number that the body or the query
   * gives; whatever is given must hold.
   *
   * @throws StaleTag where the current state has another tag
   * @throws BusFailure {@link FailureCode#PRECONDITION_REQUIRED} where nothing is given, {@link
   *     FailureCode#BAD_REQUEST} for a header that is no list of entity tags
   */
  static Preconditions of(
      Incoming request, String service, @Nullable ServiceDocument current, @Nullable Long version) {
    String ifMatch = header(request, HttpHeaders.IF_MATCH);
    String ifNoneMatch = header(request, HttpHeaders.IF_NONE_MATCH);
    long now = current == null ? 0 : current.snapshot().version();
    if (ifNoneMatch != null) {
      if (tags("if-none-match", ifNoneMatch).any() && current != null) {
        throw new StaleTag(service + ": exists already (If-None-Match: *)", now);
      }
      if (current == null && ifMatch == null && version == null) {
        return new Preconditions(0, true);
      }
    }
    if (ifMatch != null) {
      EntityTags tags = tags("if-match", ifMatch);
      if (current == null) {
        throw new StaleTag(service + ": does not exist, so no entity tag matches", 0);
      }
      if (!current.matches(tags)) {
        throw new StaleTag(
            service
                + ": the entity tag is not the current one; read it again and repeat the change",
            now);
      }
      return version == null
          ? new Preconditions(now, true)
          : new Preconditions(version, version == now);
    }
    if (version == null) {
      throw BusFailure.of(
          FailureCode.PRECONDITION_REQUIRED,
          "a change must say what it was made from (expected: the version, or If-Match)");
    }
    return new Preconditions(version, false);
  }

  /** A conflict that storage found later: 412 where a tag was given, else the 409 it is. */
  <T> Future<T> refused(Throwable failure) {
    return Future.failedFuture(
        byTag && failure instanceof BusFailure typed && typed.code() == FailureCode.CONFLICT
            ? typed.as(FailureCode.PRECONDITION_FAILED)
            : failure);
  }

  private static @Nullable String header(Incoming request, CharSequence name) {
    var lines = request.headers(name);
    return lines.isEmpty() ? null : String.join(",", lines);
  }

  private static EntityTags tags(String header, String value) {
    EntityTags tags = EntityTags.parse(value);
    if (tags == null) {
      throw BusFailure.of(
          FailureCode.BAD_REQUEST, header + ": no entity tags (expected: \"…\" or *)");
    }
    return tags;
  }
}

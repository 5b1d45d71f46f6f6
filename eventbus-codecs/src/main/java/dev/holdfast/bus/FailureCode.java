package dev.holdfast.bus;

/**
 * Why a request failed. Each code carries the HTTP status it is shown as (RFC 9110, RFC 6585), so
 * that every door says the same thing.
 */
public enum FailureCode {
  /** Not JSON, duplicate keys, an illegal name, a bad parameter. */
  BAD_REQUEST(400),
  /** No token, or one that is not known. */
  UNAUTHORIZED(401),
  /** The token's role or scope does not reach this far. */
  FORBIDDEN(403),
  /** The service, schema or history entry does not exist. */
  NOT_FOUND(404),
  /** The path exists, the method does not. */
  METHOD_NOT_ALLOWED(405),
  /** The version the caller read is no longer the current one; carries the current version. */
  CONFLICT(409),
  /** {@code If-Match} does not match the current entity tag. */
  PRECONDITION_FAILED(412),
  /** The body is larger than the limit. */
  TOO_LARGE(413),
  /** The body's media type is not one this call takes. */
  UNSUPPORTED_MEDIA_TYPE(415),
  /** Well-formed, but not what the schema allows; carries the field errors. */
  INVALID(422),
  /** A change that says neither which version nor which entity tag it was made from. */
  PRECONDITION_REQUIRED(428),
  /** Too many attempts; try later. */
  TOO_MANY_REQUESTS(429),
  /** A defect on this side. */
  INTERNAL(500),
  /** No answer within the route's time-out, or nobody serves the route. */
  UNAVAILABLE(503),
  /** The manager is in read-only fallback. */
  READ_ONLY(503),
  /** Another process holds the database; passes by itself. */
  STORAGE_LOCKED(503),
  /** The disk or the database is full; passes when there is room. */
  STORAGE_FULL(503),
  /** The database file is damaged. */
  STORAGE_CORRUPT(503),
  /** The database file is gone though there was one. */
  STORAGE_MISSING(503),
  /** The database file is another program's. */
  STORAGE_FOREIGN(503),
  /** The database file was made by a newer release. */
  STORAGE_NEWER(503),
  /** The database, its folder or its file system takes no writes; passes by itself. */
  STORAGE_READ_ONLY(503),
  /** Any other failure of the database, such as an I/O error. */
  STORAGE_FAILED(503);

  private final int httpStatus;

  FailureCode(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  /** The HTTP status that stands for this code. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Whether the database or its disk is at fault, not the question. */
  public boolean ofStorage() {
    return switch (this) {
      case STORAGE_LOCKED,
          STORAGE_FULL,
          STORAGE_CORRUPT,
          STORAGE_MISSING,
          STORAGE_FOREIGN,
          STORAGE_NEWER,
          STORAGE_READ_ONLY,
          STORAGE_FAILED ->
          true;
      default -> false;
    };
  }
}

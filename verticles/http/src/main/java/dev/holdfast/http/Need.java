package dev.holdfast.http;

/** What a call asks of its caller. */
enum Need {
  /** Nothing: no token. */
  NOTHING,
  /** Any known token. */
  TOKEN,
  /** To read. */
  READ,
  /** To change. */
  WRITE,
  /** To register a schema, or to change. */
  SCHEMA
}

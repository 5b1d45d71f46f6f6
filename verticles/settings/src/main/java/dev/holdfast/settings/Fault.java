package dev.holdfast.settings;

import dev.holdfast.bus.FieldError;

/**
 * One thing that is wrong with a schema document.
 *
 * @param key the key it concerns, or the keyword at the top of the document
 * @param reason what is wrong and what is expected
 */
record Fault(String key, String reason) {
  /** The same for the reply to a request. */
  FieldError toError() {
    return new FieldError(key, this.toString(), "schema");
  }

  @Override
  public String toString() {
    return key + ": " + reason;
  }
}

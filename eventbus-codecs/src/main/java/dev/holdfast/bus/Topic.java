package dev.holdfast.bus;

import static java.util.Objects.requireNonNull;

/**
 * Something that happened, told to every room that listens.
 *
 * @param <E> the event, a record named in the past tense
 * @param address where it is published; unique
 * @param event the class of the event
 */
public record Topic<E>(String address, Class<E> event) {
  public Topic {
    requireNonNull(address, "address");
    requireNonNull(event, "event");
  }

  /** A topic that is local to this process. */
  public static <E> Topic<E> topic(String address, Class<E> event) {
    return new Topic<>(address, event);
  }
}

package dev.holdfast.bus;

import static java.util.Objects.requireNonNull;

/**
 * A question that one room answers: an address, the type of the question and of the answer, and how
 * long the asker waits.
 *
 * @param <Q> the question, a record
 * @param <R> the answer, a record
 * @param address where it is asked; unique
 * @param question the class of the question
 * @param answer the class of the answer
 * @param timeoutMillis after this long the call fails {@link FailureCode#UNAVAILABLE}; above 0
 */
public record Route<Q, R>(String address, Class<Q> question, Class<R> answer, long timeoutMillis) {
  public Route {
    requireNonNull(address, "address");
    requireNonNull(question, "question");
    requireNonNull(answer, "answer");
    if (timeoutMillis <= 0) {
      throw new IllegalArgumentException("timeoutMillis: " + timeoutMillis + " (expected: > 0)");
    }
  }

  /** A route that is local to this process and waits five seconds. */
  public static <Q, R> Route<Q, R> route(String address, Class<Q> question, Class<R> answer) {
    return new Route<>(address, question, answer, 5_000);
  }

  /** The same route with another time-out. */
  public Route<Q, R> within(long millis) {
    return new Route<>(address, question, answer, millis);
  }
}

package dev.holdfast.client;

/** Ends what {@code subscribe} began. From any thread; a second call does nothing. */
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}

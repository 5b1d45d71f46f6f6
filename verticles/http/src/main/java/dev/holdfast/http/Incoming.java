package dev.holdfast.http;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request, through whichever door it came, as far as the checks in front of a call read it. */
interface Incoming {
  /** What is asked for, as HTTP would say it. */
  HttpMethod method();

  /** The path as it came, still encoded; as HTTP would say it. */
  String path();

  /**
   * The parameters by name.
   *
   * @throws dev.holdfast.bus.BusFailure {@link dev.holdfast.bus.FailureCode#BAD_REQUEST} where they
   *     cannot be read
   */
  Map<String, String> query();

  /** The first header of that name, or null. */
  @Nullable String header(CharSequence name);

  /** All headers of that name, in order. */
  List<String> headers(CharSequence name);

  /** Where it comes from, for people. */
  String from();

  /** What counts as one sender where failures are counted. */
  String network();

  /** Tells the sender to come back after so many seconds. */
  void retryAfter(long seconds);

  /**
   * Whether changes and secrets in clear may come and go this way. Over HTTP that is the operator's
   * choice of TLS; over the bus only where members prove who they are.
   */
  boolean guarded();
}

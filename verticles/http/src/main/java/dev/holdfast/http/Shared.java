package dev.holdfast.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/**
 * What all instances of the verticle share; every part is safe for use by several threads.
 *
 * @param options the listener's options
 * @param access who may come in
 * @param connections how many there are
 * @param meters where metrics go
 * @param scrape gives the metrics as text; may block
 * @param document the API document
 * @param model the newest state of every service
 * @param membersProven whether the members of a cluster prove who they are
 */
record Shared(
    HttpVerticle.Options options,
    Access access,
    ConnectionCounts connections,
    MeterRegistry meters,
    Supplier<String> scrape,
    ApiDocument document,
    ReadModel model,
    boolean membersProven) {

  /** With a read model of its own. Reads a resource, so it blocks for a moment. */
  static Shared of(
      HttpVerticle.Options options,
      MeterRegistry meters,
      Supplier<String> scrape,
      Access access,
      ConnectionCounts.Limits limits) {
    return new Shared(
        options,
        access,
        new ConnectionCounts(limits, meters),
        meters,
        scrape,
        ApiDocument.load(),
        new ReadModel(),
        false);
  }

  /** The same for a cluster whose members prove who they are, or do not. */
  Shared with(boolean proven) {
    return new Shared(options, access, connections, meters, scrape, document, model, proven);
  }
}

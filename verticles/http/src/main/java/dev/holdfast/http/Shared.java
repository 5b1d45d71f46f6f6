package dev.holdfast.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/**
 * What all instances of the verticle share; every part is safe for use by several threads.
 *
 * @param options the listener's options
 * @param tokens who may do what
 * @param meters where metrics go
 * @param scrape gives the metrics as text; may block
 * @param document the API document
 * @param model the newest state of every service
 */
record Shared(
    HttpVerticle.Options options,
    Tokens tokens,
    MeterRegistry meters,
    Supplier<String> scrape,
    ApiDocument document,
    ReadModel model) {}

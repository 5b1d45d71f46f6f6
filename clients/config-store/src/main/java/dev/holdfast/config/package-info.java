/**
 * Holdfast as a store of vertx-config, and a {@link io.vertx.config.ConfigRetriever} that tells
 * changes when they are pushed.
 */
@NullMarked
package dev.holdfast.config;

import org.jspecify.annotations.NullMarked;

package dev.holdfast.http;

import io.vertx.core.buffer.Buffer;

/**
 * A signed state, encoded once and written to every reader that it concerns.
 *
 * @param state what it tells
 * @param whole the frame with its {@code id}
 * @param withoutId the same bytes without the {@code id}, for a state that shares its revision with
 *     one that is still to come
 * @param madeNanos {@link System#nanoTime()} when it was signed
 */
record SseFrame(SseState state, Buffer whole, Buffer withoutId, long madeNanos) {}

/**
 * The harness that holds the whole of Holdfast against its limits and its peers: {@code bench/run}.
 * It starts each of them as a process of its own, drives it from this one, and prints one table.
 * Beside it, what the benchmarks of the parts work on.
 */
@NullMarked
package dev.holdfast.bench;

import org.jspecify.annotations.NullMarked;

/** What the benchmarks work on. */
@NullMarked
package dev.holdfast.bench;

import org.jspecify.annotations.NullMarked;

/** Benchmarks of the JSON reader and writer. */
@NullMarked
package dev.holdfast.json;

import org.jspecify.annotations.NullMarked;

/** Benchmarks of the typed event bus. */
@NullMarked
package dev.holdfast.bus;

import org.jspecify.annotations.NullMarked;

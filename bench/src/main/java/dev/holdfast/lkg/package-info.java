/** Benchmarks of the last-known-good file, in its package to reach what is measured. */
@NullMarked
package dev.holdfast.lkg;

import org.jspecify.annotations.NullMarked;

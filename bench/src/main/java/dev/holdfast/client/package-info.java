/** Benchmarks of the Java client, in its package to reach what is measured. */
@NullMarked
package dev.holdfast.client;

import org.jspecify.annotations.NullMarked;

/** Benchmarks of the HTTP room, in its package to reach what is measured. */
@NullMarked
package dev.holdfast.http;

import org.jspecify.annotations.NullMarked;

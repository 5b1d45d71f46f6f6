/** Benchmarks of the durable files. */
@NullMarked
package dev.holdfast.files;

import org.jspecify.annotations.NullMarked;

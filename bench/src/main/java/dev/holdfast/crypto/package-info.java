/** Benchmarks of the crypto room, in its package to reach what is measured. */
@NullMarked
package dev.holdfast.crypto;

import org.jspecify.annotations.NullMarked;

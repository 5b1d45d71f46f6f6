/** Benchmarks of the settings room, in its package to reach what is measured. */
@NullMarked
package dev.holdfast.settings;

import org.jspecify.annotations.NullMarked;

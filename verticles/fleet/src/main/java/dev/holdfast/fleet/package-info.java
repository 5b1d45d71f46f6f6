/** Keeps what the instances of services report of themselves. */
@NullMarked
package dev.holdfast.fleet;

import org.jspecify.annotations.NullMarked;

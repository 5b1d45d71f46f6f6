/** Owns what is said about the manager's state, and the epoch file. */
@NullMarked
package dev.holdfast.health;

import org.jspecify.annotations.NullMarked;

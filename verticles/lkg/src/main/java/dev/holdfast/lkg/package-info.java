/** Owns the last-known-good file: writes it after every change, verifies it at start. */
@NullMarked
package dev.holdfast.lkg;

import org.jspecify.annotations.NullMarked;

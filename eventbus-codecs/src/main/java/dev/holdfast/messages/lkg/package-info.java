/** What the last-known-good room announces about its file. */
@NullMarked
package dev.holdfast.messages.lkg;

import org.jspecify.annotations.NullMarked;

/** What instances of services report of themselves, and who wants to know. */
@NullMarked
package dev.holdfast.messages.fleet;

import org.jspecify.annotations.NullMarked;

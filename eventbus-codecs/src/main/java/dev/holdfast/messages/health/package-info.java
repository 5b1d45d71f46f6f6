/** The state of the manager as everybody sees it. */
@NullMarked
package dev.holdfast.messages.health;

import org.jspecify.annotations.NullMarked;

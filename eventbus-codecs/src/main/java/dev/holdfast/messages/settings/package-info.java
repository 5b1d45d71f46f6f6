/** What the settings room answers and announces. */
@NullMarked
package dev.holdfast.messages.settings;

import org.jspecify.annotations.NullMarked;

/** What the storage room answers. Internal: spoken by the settings and health rooms. */
@NullMarked
package dev.holdfast.messages.storage;

import org.jspecify.annotations.NullMarked;

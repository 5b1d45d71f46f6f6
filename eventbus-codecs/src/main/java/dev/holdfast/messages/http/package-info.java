/** What the HTTP room is told while it runs. */
@NullMarked
package dev.holdfast.messages.http;

import org.jspecify.annotations.NullMarked;

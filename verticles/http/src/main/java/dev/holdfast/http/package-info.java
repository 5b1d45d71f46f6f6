/** The HTTP room: REST, server-sent events, health and metrics. It holds no SQL and no keys. */
@NullMarked
package dev.holdfast.http;

import org.jspecify.annotations.NullMarked;

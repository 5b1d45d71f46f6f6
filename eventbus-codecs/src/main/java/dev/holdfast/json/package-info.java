/**
 * One strict JSON reader (RFC 8259 within the limits of RFC 7493) and one canonical writer (RFC
 * 8785), shared by every door.
 */
@NullMarked
package dev.holdfast.json;

import org.jspecify.annotations.NullMarked;

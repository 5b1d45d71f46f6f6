/** The only place with keys: signatures and message authentication codes. Never touches disk. */
@NullMarked
package dev.holdfast.crypto;

import org.jspecify.annotations.NullMarked;

/** What the crypto room answers: signatures and message authentication codes, never keys. */
@NullMarked
package dev.holdfast.messages.crypto;

import org.jspecify.annotations.NullMarked;

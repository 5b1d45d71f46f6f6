package dev.holdfast.messages.crypto;

import org.jspecify.annotations.Nullable;

/**
 * Whether it was.
 *
 * @param valid true when the claimed HMAC is the right one, under the present key or the old one
 * @param keyId the id of the key under which it is; null where it is not
 */
public record HmacVerified(boolean valid, @Nullable String keyId) implements CryptoMessage {}

package dev.holdfast.messages.crypto;

/**
 * Whether it was.
 *
 * @param valid true when the claimed HMAC is the right one
 */
public record HmacVerified(boolean valid) implements CryptoMessage {}

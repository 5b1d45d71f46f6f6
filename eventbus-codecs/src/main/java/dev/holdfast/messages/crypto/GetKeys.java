package dev.holdfast.messages.crypto;

/** Asks for what may be known of the keys. */
public record GetKeys() implements CryptoMessage {}

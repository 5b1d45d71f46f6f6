package dev.holdfast.messages.storage;

/** Asks for everything that is stored, checksums verified. */
public record LoadStored() implements StorageMessage {}

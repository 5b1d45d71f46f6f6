package dev.holdfast.messages.storage;

/** Asks whether the database can be read and its write lock be had. */
public record ProbeStorage() implements StorageMessage {}

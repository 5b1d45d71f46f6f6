package dev.holdfast.messages.storage;

/** Asks for a check of every page and every checksum of a snapshot. */
public record CheckDatabase() implements StorageMessage {}

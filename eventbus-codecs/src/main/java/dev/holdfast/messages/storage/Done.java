package dev.holdfast.messages.storage;

/** It was done, and there is nothing more to say. */
public record Done() implements StorageMessage {}

package dev.holdfast.messages.storage;

/** Asks for a commit that changes nothing but the heartbeat, so that a replica has news. */
public record RecordHeartbeat() implements StorageMessage {}

package dev.holdfast.messages.storage;

/** A message of the storage room. */
public sealed interface StorageMessage
    permits AccessDenied,
        CheckKeys,
        CommitChange,
        Committed,
        Done,
        FindHistory,
        FindItems,
        HistoryFound,
        ItemsFound,
        LoadStored,
        ProbeStorage,
        StorageProbed,
        Stored {}

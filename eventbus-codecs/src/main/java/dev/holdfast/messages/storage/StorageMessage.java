package dev.holdfast.messages.storage;

/** A message of the storage room. */
public sealed interface StorageMessage
    permits AccessEntry,
        AccessFound,
        AuditChecked,
        AuditHead,
        CheckAudit,
        CheckKeys,
        CommitChange,
        Committed,
        Done,
        FindAccess,
        FindHistory,
        FindItems,
        HistoryFound,
        ItemsFound,
        KeyMarked,
        LoadStored,
        MarkKey,
        ProbeStorage,
        RecordAccess,
        ReplaceSecrets,
        SecretsReplaced,
        StorageProbed,
        Stored {}

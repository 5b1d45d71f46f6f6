package dev.holdfast.messages.settings;

/** A message of the settings room. */
public sealed interface SettingsMessage
    permits ChangeResult,
        ConfigChanged,
        DeleteService,
        GetSchemas,
        GetState,
        HistoryPage,
        PatchConfig,
        PutConfig,
        PutSchema,
        QueryHistory,
        RestoreHistory,
        Schemas,
        SearchPage,
        SearchSettings,
        State {}

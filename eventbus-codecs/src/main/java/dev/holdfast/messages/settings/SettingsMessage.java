package dev.holdfast.messages.settings;

/** A message of the settings room. */
public sealed interface SettingsMessage
    permits ChangeResult,
        ConfigChanged,
        DeleteSecret,
        DeleteService,
        GetSchemas,
        GetSecretsStatus,
        GetState,
        HistoryPage,
        PatchConfig,
        PutConfig,
        PutSchema,
        PutSecret,
        QueryHistory,
        ReadSecrets,
        RestoreHistory,
        RevealSecret,
        Schemas,
        SearchPage,
        SearchSettings,
        SecretRevealed,
        SecretsRead,
        SecretsResealed,
        SecretsStatus,
        State {}

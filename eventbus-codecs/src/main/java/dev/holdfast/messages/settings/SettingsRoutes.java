package dev.holdfast.messages.settings;

import static dev.holdfast.bus.Route.route;
import static dev.holdfast.bus.Topic.topic;

import dev.holdfast.bus.Route;
import dev.holdfast.bus.Topic;

/** The questions the settings room answers and the events it announces. */
public final class SettingsRoutes {
  /**
   * Fails {@code CONFLICT} when {@code expectedVersion} is stale, {@code NOT_FOUND} when there is
   * nothing to replace, {@code INVALID} with every field error.
   */
  public static final Route<PutConfig, ChangeResult> PUT =
      route("settings.put", PutConfig.class, ChangeResult.class);

  /** Fails as {@link #PUT} does. */
  public static final Route<PatchConfig, ChangeResult> PATCH =
      route("settings.patch", PatchConfig.class, ChangeResult.class);

  /** Fails {@code CONFLICT} when {@code expectedVersion} is stale, {@code NOT_FOUND}. */
  public static final Route<DeleteService, ChangeResult> DELETE =
      route("settings.delete", DeleteService.class, ChangeResult.class);

  /** Fails {@code NOT_FOUND} for unknown entries, {@code INVALID} where a value no longer fits. */
  public static final Route<RestoreHistory, ChangeResult> RESTORE =
      route("settings.restore", RestoreHistory.class, ChangeResult.class);

  /** Fails {@code INVALID} for no legal schema, {@code CONFLICT} where it breaks what is stored. */
  public static final Route<PutSchema, ChangeResult> PUT_SCHEMA =
      route("settings.put-schema", PutSchema.class, ChangeResult.class);

  /**
   * Sets a secret. Fails {@code NOT_FOUND} where there is no such service or secret, {@code
   * INVALID} where the value is not legal or the environment holds it.
   */
  public static final Route<PutSecret, ChangeResult> PUT_SECRET =
      route("settings.put-secret", PutSecret.class, ChangeResult.class);

  /** Removes a secret. Fails as {@link #PUT_SECRET} does. */
  public static final Route<DeleteSecret, ChangeResult> DELETE_SECRET =
      route("settings.delete-secret", DeleteSecret.class, ChangeResult.class);

  /**
   * One secret in clear. Fails {@code NOT_FOUND} where it is not set, {@code INVALID} without a
   * reason, {@code INTERNAL} where it does not open, and as storage does where it cannot be logged.
   */
  public static final Route<RevealSecret, SecretRevealed> REVEAL =
      route("settings.reveal", RevealSecret.class, SecretRevealed.class);

  /** All secrets of a service in clear. Fails {@code NOT_FOUND}. */
  public static final Route<ReadSecrets, SecretsRead> READ_SECRETS =
      route("settings.read-secrets", ReadSecrets.class, SecretsRead.class);

  /** How the secrets and their keys stand. */
  public static final Route<GetSecretsStatus, SecretsStatus> SECRETS_STATUS =
      route("settings.secrets-status", GetSecretsStatus.class, SecretsStatus.class);

  /** Every schema. */
  public static final Route<GetSchemas, Schemas> SCHEMAS =
      route("settings.schemas", GetSchemas.class, Schemas.class);

  /** Everything, for rooms that start or saw a gap. */
  public static final Route<GetState, State> STATE =
      route("settings.state", GetState.class, State.class);

  /** Finds settings. */
  public static final Route<SearchSettings, SearchPage> SEARCH =
      route("settings.search", SearchSettings.class, SearchPage.class);

  /** Tells what changed. */
  public static final Route<QueryHistory, HistoryPage> HISTORY =
      route("settings.history", QueryHistory.class, HistoryPage.class);

  /** Asked by the health room when the database works again. */
  public static final Route<ReopenSettings, SettingsStanding> REOPEN =
      route("settings.reopen", ReopenSettings.class, SettingsStanding.class).within(60_000);

  /** Asked by the health room. Fails as storage does; what was served is served on. */
  public static final Route<RebuildSettings, SettingsRebuilt> REBUILD =
      route("settings.rebuild", RebuildSettings.class, SettingsRebuilt.class).within(60_000);

  /** Every committed change, in order of revision. */
  public static final Topic<ConfigChanged> CHANGED = topic("settings.changed", ConfigChanged.class);

  /** Secrets bear other seals. */
  public static final Topic<SecretsResealed> RESEALED =
      topic("settings.resealed", SecretsResealed.class);

  /** How the secrets and their keys stand, whenever it is another than before. */
  public static final Topic<SecretsStatus> SECRETS_CHANGED =
      topic("settings.secrets-changed", SecretsStatus.class);

  /** What the settings rest on: at the start, and whenever it is another than before. */
  public static final Topic<SettingsStanding> STANDING =
      topic("settings.standing", SettingsStanding.class);

  /** The steps of a rebuild. */
  public static final Topic<RebuildProgress> REBUILD_PROGRESS =
      topic("settings.rebuild-progress", RebuildProgress.class);

  private SettingsRoutes() {}
}

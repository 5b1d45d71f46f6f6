package dev.holdfast.messages.storage;

import static dev.holdfast.bus.Route.route;
import static dev.holdfast.bus.Topic.topic;

import dev.holdfast.bus.Route;
import dev.holdfast.bus.Topic;

/**
 * The questions the storage room answers. Each may fail with one of the codes that are {@link
 * dev.holdfast.bus.FailureCode#ofStorage}.
 */
public final class StorageRoutes {
  /** Fails {@code CONFLICT} with the current version when an expected one is stale. */
  public static final Route<CommitChange, Committed> COMMIT =
      route("storage.commit", CommitChange.class, Committed.class);

  /** Everything, at start. */
  public static final Route<LoadStored, Stored> LOAD =
      route("storage.load", LoadStored.class, Stored.class).within(30_000);

  /** Finds history entries. */
  public static final Route<FindHistory, HistoryFound> FIND_HISTORY =
      route("storage.find-history", FindHistory.class, HistoryFound.class);

  /** Fails {@code CONFLICT} when other key bytes are known under an id. */
  public static final Route<CheckKeys, Done> CHECK_KEYS =
      route("storage.check-keys", CheckKeys.class, Done.class);

  /** Reads every page and every snapshot; takes as long as the database is large. */
  public static final Route<CheckDatabase, Done> CHECK =
      route("storage.check", CheckDatabase.class, Done.class).within(600_000);

  /** Puts the database aside and makes a new one under a new epoch. */
  public static final Route<RebuildDatabase, DatabaseRebuilt> REBUILD =
      route("storage.rebuild", RebuildDatabase.class, DatabaseRebuilt.class).within(30_000);

  /** Whether the database is well; asked every second. Opens it again where it was given up. */
  public static final Route<ProbeStorage, StorageProbed> PROBE =
      route("storage.probe", ProbeStorage.class, StorageProbed.class).within(2_000);

  /** Entries of the access log. */
  public static final Route<FindAccess, AccessFound> FIND_ACCESS =
      route("storage.find-access", FindAccess.class, AccessFound.class);

  /** An entry of the access log that must be durable before something is done. */
  public static final Route<RecordAccess, Done> RECORD_ACCESS =
      route("storage.record-access", RecordAccess.class, Done.class);

  /** Whether the access log is the one that was recorded. */
  public static final Route<CheckAudit, AuditChecked> CHECK_AUDIT =
      route("storage.check-audit", CheckAudit.class, AuditChecked.class);

  /** Other seals on the same secrets. */
  public static final Route<ReplaceSecrets, SecretsReplaced> REPLACE_SECRETS =
      route("storage.replace-secrets", ReplaceSecrets.class, SecretsReplaced.class);

  /** Since when a key is not needed. */
  public static final Route<MarkKey, KeyMarked> MARK_KEY =
      route("storage.mark-key", MarkKey.class, KeyMarked.class);

  /** A commit without a change, for the backup. */
  public static final Route<RecordHeartbeat, HeartbeatRecorded> HEARTBEAT =
      route("storage.heartbeat", RecordHeartbeat.class, HeartbeatRecorded.class);

  /**
   * What a restored file is; reads all of it. Fails {@code STORAGE_CORRUPT} where it is damaged.
   */
  public static final Route<VerifyDatabase, DatabaseVerified> VERIFY =
      route("storage.verify", VerifyDatabase.class, DatabaseVerified.class).within(600_000);

  /**
   * Entries of the access log; written in batches, dropped (and counted) when there are too many.
   */
  public static final Topic<AccessEntry> ACCESS = topic("storage.access", AccessEntry.class);

  /** The newest row of the access log, after each transaction that wrote some. */
  public static final Topic<AuditHead> AUDIT_HEAD = topic("storage.audit-head", AuditHead.class);

  /** Each time the database fails somebody. */
  public static final Topic<StorageTrouble> TROUBLE =
      topic("storage.trouble", StorageTrouble.class);

  private StorageRoutes() {}
}

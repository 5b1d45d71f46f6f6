package dev.holdfast.storage;

/** Every statement, by name. */
final class Sql {
  static final String BEGIN = "BEGIN IMMEDIATE";
  static final String BEGIN_READ = "BEGIN";
  static final String COMMIT = "COMMIT";
  static final String ROLLBACK = "ROLLBACK";
  static final String CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)";

  /** As far as others let it. */
  static final String CHECKPOINT_BESIDE = "PRAGMA wal_checkpoint(PASSIVE)";

  static final String BEAT =
      "INSERT INTO heartbeat (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at";

  static final String NEWEST_COMMIT =
      "SELECT max(at) FROM (SELECT at FROM heartbeat UNION ALL SELECT max(updated_at) FROM"
          + " service_configs UNION ALL SELECT max(timestamp) FROM access_log)";

  /** A write that changes nothing. */
  static final String TOUCH = "UPDATE meta SET revision = revision WHERE id = 1";

  static final String SHORT_WAIT = "PRAGMA busy_timeout = 200";

  /** Every row is "ok", or one that says what is not. */
  static final String QUICK_CHECK = "PRAGMA quick_check(3)";

  static final String META = "SELECT epoch, revision, created_at, checksum FROM meta WHERE id = 1";
  static final String INSERT_META =
      "INSERT INTO meta (epoch, revision, created_at, checksum, id) VALUES (?, ?, ?, ?, 1)";
  static final String UPDATE_META = "UPDATE meta SET revision = ?, checksum = ? WHERE id = 1";

  static final String EPOCH_OF_META = "UPDATE meta SET epoch = ?, checksum = ? WHERE id = 1";
  static final String EPOCH_OF_SERVICE =
      "UPDATE service_configs SET config_epoch = ?, checksum = ? WHERE service = ?";
  static final String EPOCH_OF_TOMBSTONE =
      "UPDATE tombstones SET config_epoch = ?, checksum = ? WHERE service = ?";

  static final String SCHEMA_VERSION =
      "SELECT version, model_hash, updated_at, checksum FROM schema_version WHERE id = 1";
  static final String PUT_SCHEMA_VERSION =
      """
      INSERT INTO schema_version (version, model_hash, updated_at, checksum, id)
      VALUES (?, ?, ?, ?, 1)
      ON CONFLICT (id) DO UPDATE SET version = excluded.version, model_hash = excluded.model_hash,
        updated_at = excluded.updated_at, checksum = excluded.checksum
      """;

  private static final String SERVICE_COLUMNS =
      "service, version, revision, config_epoch, config_json, set_keys, updated_at, updated_by,"
          + " checksum";
  static final String ALL_SERVICES =
      "SELECT " + SERVICE_COLUMNS + ", environment FROM service_configs ORDER BY service";

  /** Takes a JSON array of names. */
  static final String SOME_SERVICES =
      "SELECT "
          + SERVICE_COLUMNS
          + " FROM service_configs WHERE service IN (SELECT value FROM json_each(?))";

  static final String PUT_SERVICE =
      "INSERT INTO service_configs ("
          + SERVICE_COLUMNS
          + ", environment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + """
           ON CONFLICT (service) DO UPDATE SET version = excluded.version,
            revision = excluded.revision, config_epoch = excluded.config_epoch,
            config_json = excluded.config_json, set_keys = excluded.set_keys,
            updated_at = excluded.updated_at, updated_by = excluded.updated_by,
            checksum = excluded.checksum, environment = excluded.environment
          """;

  /** The service's items go with it. */
  static final String DELETE_SERVICE = "DELETE FROM service_configs WHERE service = ?";

  private static final String TOMBSTONE_COLUMNS =
      "service, version, revision, config_epoch, deleted_at, deleted_by, checksum";
  static final String ALL_TOMBSTONES =
      "SELECT " + TOMBSTONE_COLUMNS + " FROM tombstones ORDER BY service";

  /** Takes a JSON array of names. */
  static final String SOME_TOMBSTONES =
      "SELECT "
          + TOMBSTONE_COLUMNS
          + " FROM tombstones WHERE service IN (SELECT value FROM json_each(?))";

  static final String INSERT_TOMBSTONE =
      "INSERT INTO tombstones (" + TOMBSTONE_COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)";
  static final String DELETE_TOMBSTONE = "DELETE FROM tombstones WHERE service = ?";

  static final String ALL_SCHEMAS =
      """
      SELECT service, origin, document, updated_at, updated_by, checksum
      FROM registered_schemas ORDER BY service
      """;
  static final String PUT_SCHEMA =
      """
      INSERT INTO registered_schemas (service, origin, document, updated_at, updated_by, checksum)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (service) DO UPDATE SET origin = excluded.origin, document = excluded.document,
        updated_at = excluded.updated_at, updated_by = excluded.updated_by,
        checksum = excluded.checksum
      """;

  static final String PUT_ITEM =
      """
      INSERT INTO config_items (service, key, value_json, type, complexity, description, help_text,
        examples, is_secret, updated_at, updated_by)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (service, key) DO UPDATE SET value_json = excluded.value_json,
        type = excluded.type, complexity = excluded.complexity,
        description = excluded.description, help_text = excluded.help_text,
        examples = excluded.examples, is_secret = excluded.is_secret,
        updated_at = excluded.updated_at, updated_by = excluded.updated_by
      """;
  static final String DELETE_ITEM = "DELETE FROM config_items WHERE service = ? AND key = ?";

  static final String ALL_SECRETS =
      "SELECT service, key, encrypted_value, key_id FROM encrypted_secrets";
  static final String PUT_SECRET =
      """
      INSERT INTO encrypted_secrets (service, key, encrypted_value, key_id, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?5)
      ON CONFLICT (service, key) DO UPDATE SET encrypted_value = excluded.encrypted_value,
        key_id = excluded.key_id, updated_at = excluded.updated_at
      """;
  static final String DELETE_SECRET = "DELETE FROM encrypted_secrets WHERE service = ? AND key = ?";
  static final String DELETE_SECRETS = "DELETE FROM encrypted_secrets WHERE service = ?";

  /** Takes the new value and key id, service and key, the old value and key id. */
  static final String REPLACE_SECRET =
      """
      UPDATE encrypted_secrets SET encrypted_value = ?, key_id = ?
      WHERE service = ? AND key = ? AND encrypted_value = ? AND key_id = ?
      """;

  static final String COUNT_SECRETS =
      "SELECT key_id, COUNT(*) FROM encrypted_secrets GROUP BY key_id ORDER BY key_id";

  private static final String HISTORY_COLUMNS =
      "service, key, old_value_json, new_value_json, changed_at, changed_by, change_reason,"
          + " revision, version, changed_micros, checksum";
  static final String INSERT_HISTORY =
      "INSERT INTO config_history ("
          + HISTORY_COLUMNS
          + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  /** Conditions follow, each beginning with AND, and then {@link #NEWEST_FIRST}. */
  static final String HISTORY =
      "SELECT " + HISTORY_COLUMNS + ", id FROM config_history WHERE 1 = 1";

  /** Takes service, key, an id to go on after, and the limit. */
  static final String HISTORY_OF_KEY =
      HISTORY + " AND service = ? AND key = ? AND id > ? ORDER BY id LIMIT ?";

  static final String REDACT_HISTORY =
      "UPDATE config_history SET old_value_json = ?, new_value_json = ?, checksum = ? WHERE id = ?";

  static final String SCRUB_OWED = "SELECT revision FROM scrub_owed";
  static final String OWE_SCRUB =
      """
      INSERT INTO scrub_owed (revision, id) VALUES (?, 1)
      ON CONFLICT (id) DO UPDATE SET revision = excluded.revision
      """;
  static final String SCRUBBED = "DELETE FROM scrub_owed";
  static final String VACUUM = "VACUUM";

  static final String NEWEST_FIRST = " ORDER BY id DESC LIMIT ?";

  static final String KEY_CHECKS = "SELECT key_id, check_value FROM key_checks";
  static final String INSERT_KEY_CHECK =
      "INSERT INTO key_checks (key_id, check_value, created_at) VALUES (?, ?, ?)";

  static final String UNUSED_SINCE = "SELECT key_id, unused_since FROM key_checks";
  static final String MARK_KEY = "UPDATE key_checks SET unused_since = ? WHERE key_id = ?";

  private static final String ACCESS_COLUMNS =
      "id, user_id, action, service, key, success, reason, timestamp, key_id, mac";
  static final String INSERT_ACCESS =
      "INSERT INTO access_log (" + ACCESS_COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  /** Conditions follow, each beginning with AND, and then {@link #NEWEST_FIRST}. */
  static final String ACCESS = "SELECT " + ACCESS_COLUMNS + " FROM access_log WHERE 1 = 1";

  static final String LAST_ACCESS = ACCESS + NEWEST_FIRST;

  static final String OLDEST_ACCESS = ACCESS + " ORDER BY id LIMIT ?";

  /** Takes an id to go on after, and the limit. */
  static final String NEXT_ACCESS = ACCESS + " AND id > ? ORDER BY id LIMIT ?";

  static final String ONE_ACCESS = ACCESS + " AND id = ?";
  static final String DELETE_ACCESS = "DELETE FROM access_log WHERE id <= ?";

  static final String ANCHOR = "SELECT row_id, mac, key_id, anchor_mac FROM audit_anchor";
  static final String PUT_ANCHOR =
      """
      INSERT INTO audit_anchor (row_id, mac, key_id, anchor_mac, id) VALUES (?, ?, ?, ?, 1)
      ON CONFLICT (id) DO UPDATE SET row_id = excluded.row_id, mac = excluded.mac,
        key_id = excluded.key_id, anchor_mac = excluded.anchor_mac
      """;

  private Sql() {}
}

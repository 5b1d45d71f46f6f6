-- Plain tables only (neither STRICT nor WITHOUT ROWID), so that older SQLite tools can read and copy the file.
-- Times are text, ISO 8601 with offset. Every checksum is the SHA-256 of its row, see Checksum.

CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch TEXT NOT NULL,
  revision INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  checksum TEXT NOT NULL
);

CREATE TABLE schema_version (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL,
  model_hash TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  checksum TEXT NOT NULL
);

CREATE TABLE service_configs (
  service TEXT NOT NULL PRIMARY KEY,
  config_json TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  config_epoch TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  set_keys TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision > 0),
  checksum TEXT NOT NULL
);

CREATE TABLE tombstones (
  service TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version > 0),
  config_epoch TEXT NOT NULL,
  deleted_at TEXT NOT NULL,
  deleted_by TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision > 0),
  checksum TEXT NOT NULL
);

CREATE TABLE registered_schemas (
  service TEXT NOT NULL PRIMARY KEY,
  origin TEXT NOT NULL,
  document TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  checksum TEXT NOT NULL
);

CREATE TABLE config_items (
  id INTEGER PRIMARY KEY,
  service TEXT NOT NULL REFERENCES service_configs (service) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value_json TEXT NOT NULL,
  type TEXT NOT NULL,
  complexity TEXT NOT NULL,
  description TEXT NOT NULL,
  help_text TEXT,
  examples TEXT,
  is_secret INTEGER NOT NULL CHECK (is_secret IN (0, 1)),
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  search_text TEXT NOT NULL,
  UNIQUE (service, key)
);

CREATE TABLE config_history (
  id INTEGER PRIMARY KEY,
  service TEXT NOT NULL,
  key TEXT NOT NULL,
  old_value_json TEXT NOT NULL,
  new_value_json TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  change_reason TEXT,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  changed_micros INTEGER NOT NULL,
  checksum TEXT NOT NULL
);

-- An index ends in the row's id, so each of these also gives its rows newest first.
CREATE INDEX config_history_service ON config_history (service);
CREATE INDEX config_history_key ON config_history (key);
CREATE INDEX config_history_time ON config_history (changed_micros);

CREATE TABLE config_profiles (
  profile_name TEXT NOT NULL PRIMARY KEY,
  description TEXT,
  config_snapshot_json TEXT NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL
);

CREATE TABLE encrypted_secrets (
  id INTEGER PRIMARY KEY,
  service TEXT NOT NULL,
  key TEXT NOT NULL,
  encrypted_value TEXT NOT NULL,
  key_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (service, key)
);

CREATE TABLE access_log (
  id INTEGER PRIMARY KEY,
  user_id TEXT NOT NULL,
  action TEXT NOT NULL,
  service TEXT,
  key TEXT,
  success INTEGER NOT NULL CHECK (success IN (0, 1)),
  reason TEXT,
  timestamp TEXT NOT NULL
);

CREATE TABLE key_checks (
  key_id TEXT NOT NULL PRIMARY KEY,
  check_value TEXT NOT NULL,
  created_at TEXT NOT NULL
);

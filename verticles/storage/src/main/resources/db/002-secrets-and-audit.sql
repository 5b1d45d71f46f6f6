-- The fingerprint of the environment's values is told apart from the row's checksum: it says nothing of what is stored.
ALTER TABLE service_configs ADD COLUMN environment TEXT NOT NULL DEFAULT '';

ALTER TABLE key_checks ADD COLUMN unused_since TEXT;

-- The chain, see AccessRow. Both are null in rows from before it began.
ALTER TABLE access_log ADD COLUMN key_id TEXT;
ALTER TABLE access_log ADD COLUMN mac TEXT;

-- An index ends in the row's id, so each of these also gives its rows newest first.
CREATE INDEX access_log_service ON access_log (service) WHERE service IS NOT NULL;
CREATE INDEX access_log_key ON access_log (key) WHERE key IS NOT NULL;
CREATE INDEX access_log_user ON access_log (user_id);
CREATE INDEX access_log_action ON access_log (action);
CREATE INDEX access_log_time ON access_log (timestamp);

-- Where the chain begins after rows grew too old and were deleted, see AuditAnchor.
CREATE TABLE audit_anchor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  row_id INTEGER NOT NULL,
  mac TEXT NOT NULL,
  key_id TEXT NOT NULL,
  anchor_mac TEXT NOT NULL
);

-- A row: values that the history no longer shows may still lie in free space of the file, see Scrub.
CREATE TABLE scrub_owed (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL
);

-- A commit that changes nothing else, so that a replica that stands still can be told from a database that does.
CREATE TABLE heartbeat (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at TEXT NOT NULL
);

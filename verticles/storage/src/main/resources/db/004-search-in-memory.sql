-- Search runs in memory, so nobody reads the descriptions in lower case any more.
ALTER TABLE config_items DROP COLUMN search_text;

-- Sets of profiles that were saved under a name: certain ones, or whatever matches a filter.

CREATE TABLE profile_set (
  name_key    TEXT NOT NULL PRIMARY KEY,
  name        TEXT NOT NULL,
  filter      TEXT,
  updated_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE profile_set_member (
  set_key     TEXT NOT NULL REFERENCES profile_set(name_key) ON DELETE CASCADE,
  profile_id  TEXT NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
  PRIMARY KEY (set_key, profile_id)
) STRICT, WITHOUT ROWID;

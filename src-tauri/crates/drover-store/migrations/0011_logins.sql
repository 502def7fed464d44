-- Sign-ins: how each profile stands on the sites that were checked, which runs check one, and which need one.

CREATE TABLE login (
  profile_id  TEXT NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
  site        TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('signed_in', 'signed_out', 'unknown')),
  since_ms    INTEGER NOT NULL,
  checked_ms  INTEGER NOT NULL,
  run_id      TEXT, -- who looked; it may be forgotten by now
  message     TEXT,
  PRIMARY KEY (profile_id, site)
) STRICT, WITHOUT ROWID;

CREATE TABLE login_check (
  run_id  TEXT NOT NULL PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
  site    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE login_need (
  run_id  TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  site    TEXT NOT NULL,
  PRIMARY KEY (run_id, site)
) STRICT, WITHOUT ROWID;

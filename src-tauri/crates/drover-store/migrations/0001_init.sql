-- Ids are ULIDs as text, times are milliseconds UTC. Every `..._key` column holds a name in
-- lower case as Rust folds it, because SQLite folds ASCII alone.

-- What was committed, in order. A number is never used twice.
CREATE TABLE event (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms   INTEGER NOT NULL,
  by      TEXT NOT NULL,
  fact    TEXT NOT NULL CHECK (json_valid(fact)),
  run_id  TEXT
) STRICT;
CREATE INDEX event_of_run ON event(run_id, seq) WHERE run_id IS NOT NULL;

CREATE TABLE meta (
  key    TEXT NOT NULL PRIMARY KEY,
  value  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a field, so that a bad value costs one setting and not all of them.
CREATE TABLE setting (
  key    TEXT NOT NULL PRIMARY KEY,
  value  TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

CREATE TABLE proxy (
  id            TEXT NOT NULL PRIMARY KEY,
  name          TEXT NOT NULL,
  name_key      TEXT NOT NULL UNIQUE,
  address       TEXT NOT NULL,
  user          TEXT,
  has_password  INTEGER NOT NULL CHECK (has_password IN (0, 1)),
  created_ms    INTEGER NOT NULL,
  updated_ms    INTEGER NOT NULL
) STRICT;

-- What Drover knows about a secret; the value is in the keychain. A row is `pending` until the
-- keychain has the value and `dead` until the keychain has forgotten it.
CREATE TABLE token (
  id            TEXT NOT NULL PRIMARY KEY,
  name          TEXT NOT NULL,
  name_key      TEXT NOT NULL,
  kind          TEXT NOT NULL,
  backend       TEXT NOT NULL,
  phase         TEXT NOT NULL CHECK (phase IN ('pending', 'ready', 'dead')),
  expires_ms    INTEGER,
  created_ms    INTEGER NOT NULL,
  updated_ms    INTEGER NOT NULL,
  last_used_ms  INTEGER
) STRICT;
CREATE UNIQUE INDEX token_name ON token(name_key) WHERE phase = 'ready';

CREATE TABLE profile (
  id            TEXT NOT NULL PRIMARY KEY,
  name          TEXT NOT NULL,
  name_key      TEXT NOT NULL,
  browser       TEXT NOT NULL,
  proxy         TEXT,
  proxy_key     TEXT,
  start_urls    TEXT NOT NULL CHECK (json_valid(start_urls)),
  tokens        TEXT NOT NULL CHECK (json_valid(tokens)),
  notes         TEXT NOT NULL,
  search        TEXT NOT NULL, -- name, notes and tags in lower case, a line each
  created_ms    INTEGER NOT NULL,
  updated_ms    INTEGER NOT NULL,
  removed_ms    INTEGER,
  last_used_ms  INTEGER,
  CHECK ((proxy IS NULL) = (proxy_key IS NULL))
) STRICT;
CREATE UNIQUE INDEX profile_name ON profile(name_key) WHERE removed_ms IS NULL;
CREATE INDEX profile_proxy ON profile(proxy_key) WHERE proxy_key IS NOT NULL;

CREATE TABLE profile_tag (
  profile_id  TEXT NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
  tag         TEXT NOT NULL,
  PRIMARY KEY (profile_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX profile_tag_tag ON profile_tag(tag);

CREATE TABLE task (
  id          TEXT NOT NULL PRIMARY KEY,
  name        TEXT NOT NULL,
  name_key    TEXT NOT NULL,
  version     INTEGER NOT NULL CHECK (version > 0), -- the newest
  created_ms  INTEGER NOT NULL,
  removed_ms  INTEGER
) STRICT;
CREATE UNIQUE INDEX task_name ON task(name_key) WHERE removed_ms IS NULL;

-- Versions never change; a run points at one.
CREATE TABLE task_version (
  task_id   TEXT NOT NULL REFERENCES task(id),
  version   INTEGER NOT NULL CHECK (version > 0),
  spec      TEXT NOT NULL CHECK (json_valid(spec)),
  saved_ms  INTEGER NOT NULL,
  PRIMARY KEY (task_id, version)
) STRICT;

CREATE TABLE run (
  id             TEXT NOT NULL PRIMARY KEY,
  task_id        TEXT NOT NULL,
  task_version   INTEGER NOT NULL,
  kind           TEXT NOT NULL,
  profile_id     TEXT REFERENCES profile(id),
  state          TEXT NOT NULL CHECK (state IN ('queued', 'starting', 'running', 'parked', 'stopping',
    'succeeded', 'failed', 'timed_out', 'cancelled', 'lost', 'skipped', 'expired')),
  attempt        INTEGER NOT NULL DEFAULT 1 CHECK (attempt > 0),
  stop_intent    TEXT,
  reason         TEXT,
  message        TEXT,
  request_id     TEXT,
  rerun_of       TEXT REFERENCES run(id),
  asks           INTEGER NOT NULL DEFAULT 0 CHECK (asks IN (0, 1)), -- lost, and waits for an answer
  queued_ms      INTEGER NOT NULL,
  not_before_ms  INTEGER NOT NULL,
  started_ms     INTEGER, -- task code of the current attempt
  finished_ms    INTEGER,
  seq            INTEGER NOT NULL DEFAULT 0, -- the newest event that this row contains
  FOREIGN KEY (task_id, task_version) REFERENCES task_version(task_id, version),
  CHECK (state NOT IN ('skipped', 'expired') OR reason IS NOT NULL),
  CHECK (state <> 'stopping' OR stop_intent IS NOT NULL),
  CHECK ((state IN ('queued', 'starting', 'running', 'parked', 'stopping')) = (finished_ms IS NULL))
) STRICT;
-- The judge of every race: one live run per profile.
CREATE UNIQUE INDEX run_one_per_profile ON run(profile_id)
  WHERE profile_id IS NOT NULL AND state IN ('starting', 'running', 'parked', 'stopping');
-- The judge of a double click.
CREATE UNIQUE INDEX run_request ON run(request_id, task_id, ifnull(profile_id, '')) WHERE request_id IS NOT NULL;
CREATE INDEX run_waiting ON run(profile_id, not_before_ms, id) WHERE state = 'queued';
CREATE INDEX run_due ON run(not_before_ms) WHERE state = 'queued';
CREATE INDEX run_held ON run(id) WHERE state IN ('starting', 'running', 'parked', 'stopping');
CREATE INDEX run_state ON run(state, id);
CREATE INDEX run_ended ON run(profile_id, finished_ms) WHERE finished_ms IS NOT NULL;
CREATE INDEX run_finished ON run(finished_ms) WHERE finished_ms IS NOT NULL;
CREATE INDEX run_of_task ON run(task_id, id);
CREATE INDEX run_of_profile ON run(profile_id, id);
CREATE INDEX run_asks ON run(id) WHERE asks = 1;

-- Plans can be long and never change, so they are beside the row that changes often.
CREATE TABLE run_plan (
  run_id  TEXT NOT NULL PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
  plan    TEXT NOT NULL CHECK (json_valid(plan))
) STRICT;

CREATE TABLE attempt (
  run_id      TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  attempt     INTEGER NOT NULL,
  marker      TEXT NOT NULL, -- names its processes in the process table
  process     TEXT CHECK (json_valid(process)),
  claimed_ms  INTEGER NOT NULL,
  running_ms  INTEGER,
  ended_ms    INTEGER,
  outcome     TEXT,
  message     TEXT,
  charge      TEXT NOT NULL DEFAULT 'none' CHECK (charge IN ('none', 'retry', 'lost')),
  exit_code   INTEGER,
  signal      INTEGER,
  rung        TEXT,
  PRIMARY KEY (run_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_step (
  run_id      TEXT NOT NULL,
  attempt     INTEGER NOT NULL,
  position    INTEGER NOT NULL,
  title       TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('running', 'passed', 'failed', 'skipped')),
  started_ms  INTEGER NOT NULL, -- since the attempt began
  took_ms     INTEGER,
  error       TEXT,
  PRIMARY KEY (run_id, attempt, position),
  FOREIGN KEY (run_id, attempt) REFERENCES attempt(run_id, attempt) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE run_output (
  run_id  TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  value   TEXT NOT NULL CHECK (json_valid(value)),
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_artifact (
  run_id    TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  path      TEXT NOT NULL, -- relative to the data folder
  bytes     INTEGER NOT NULL CHECK (bytes >= 0),
  PRIMARY KEY (run_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_progress (
  run_id    TEXT NOT NULL PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
  progress  TEXT NOT NULL CHECK (json_valid(progress))
) STRICT;

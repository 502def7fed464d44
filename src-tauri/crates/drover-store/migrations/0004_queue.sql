-- The queue: waiting lines, priorities, limits.

-- Runs of one profile wait in one line, and so do runs of one task without a profile.
ALTER TABLE run ADD COLUMN lane TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN priority INTEGER NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9);
-- Since when it could start; none while its time has not come. It is not taken back when the clock is.
ALTER TABLE run ADD COLUMN ready_ms INTEGER;
UPDATE run SET lane = CASE WHEN profile_id IS NULL THEN 'task:' || task_id ELSE 'profile:' || profile_id END;
DROP INDEX run_waiting;
DROP INDEX run_due;
CREATE INDEX run_line ON run(lane, priority DESC, ready_ms, id) WHERE state = 'queued' AND ready_ms IS NOT NULL;
CREATE INDEX run_due ON run(not_before_ms) WHERE state = 'queued' AND ready_ms IS NULL;

-- The head of each line in which a run is ready. It is made of `run` alone, and changes with it.
CREATE TABLE lane (
  key         TEXT NOT NULL PRIMARY KEY,
  run_id      TEXT NOT NULL,
  profile_id  TEXT,
  priority    INTEGER NOT NULL, -- the head's, or 9 when it has waited long
  ready_ms    INTEGER NOT NULL,
  served_seq  INTEGER NOT NULL  -- the event of its last claim: who waited longest for a turn is next
) STRICT, WITHOUT ROWID;
CREATE INDEX lane_turn ON lane(priority DESC, served_seq, ready_ms, run_id);
CREATE INDEX lane_age ON lane(ready_ms) WHERE priority < 9;

-- What is limited. Without a row there is no limit.
CREATE TABLE resource (
  id           INTEGER PRIMARY KEY,
  kind         TEXT NOT NULL CHECK (kind IN ('task', 'proxy', 'token', 'tag', 'resource')),
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  capacity     INTEGER CHECK (capacity >= 0),
  rate_starts  INTEGER CHECK (rate_starts > 0),
  rate_ms      INTEGER CHECK (rate_ms > 0),
  tokens       REAL NOT NULL DEFAULT 0, -- of the bucket, at `filled_ms`
  filled_ms    INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, name_key),
  CHECK ((rate_starts IS NULL) = (rate_ms IS NULL)),
  CHECK (capacity IS NOT NULL OR rate_starts IS NOT NULL)
) STRICT;
-- Capacity n is n rows, so that the database is the judge and nothing can be given back twice.
CREATE TABLE slot (
  resource_id  INTEGER NOT NULL REFERENCES resource(id) ON DELETE CASCADE,
  slot         INTEGER NOT NULL CHECK (slot > 0),
  PRIMARY KEY (resource_id, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE need (
  run_id       TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  resource_id  INTEGER NOT NULL REFERENCES resource(id) ON DELETE CASCADE,
  PRIMARY KEY (run_id, resource_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX need_of ON need(resource_id);
CREATE TABLE hold (
  resource_id  INTEGER NOT NULL,
  slot         INTEGER NOT NULL,
  run_id       TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  PRIMARY KEY (resource_id, slot),
  FOREIGN KEY (resource_id, slot) REFERENCES slot(resource_id, slot)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX hold_once ON hold(run_id, resource_id);

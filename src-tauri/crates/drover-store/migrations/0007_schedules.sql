-- Schedules and fan-outs: what starts runs by itself, how far each has come, and what belongs together.

CREATE TABLE schedule (
  id               TEXT NOT NULL PRIMARY KEY,
  name             TEXT NOT NULL,
  name_key         TEXT NOT NULL,
  version          INTEGER NOT NULL CHECK (version > 0), -- grows with every save
  task_id          TEXT NOT NULL REFERENCES task(id),
  after_task_id    TEXT REFERENCES task(id), -- the task that it follows
  spec             TEXT NOT NULL CHECK (json_valid(spec)), -- names in it may be old; the columns count
  anchor_ms        INTEGER NOT NULL, -- what an interval counts from that names no anchor
  cursor_ms        INTEGER NOT NULL, -- every time up to it is accounted for by rows of `run`
  cursor_local     TEXT, -- its local time, which has had its run whatever the zone says later
  tzdb             TEXT NOT NULL, -- the zones that the last look went by
  paused_ms        INTEGER,
  paused_by        TEXT,
  paused_until_ms  INTEGER,
  paused_note      TEXT NOT NULL DEFAULT '',
  resumed          TEXT CHECK (resumed IN ('skip', 'catch_up')), -- a pause is over, and its times are not accounted for yet
  created_ms       INTEGER NOT NULL,
  updated_ms       INTEGER NOT NULL,
  removed_ms       INTEGER,
  CHECK ((paused_ms IS NULL) = (paused_by IS NULL)),
  CHECK (paused_until_ms IS NULL OR paused_ms IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX schedule_name ON schedule(name_key) WHERE removed_ms IS NULL;
CREATE INDEX schedule_of_task ON schedule(task_id);
CREATE INDEX schedule_after ON schedule(after_task_id) WHERE after_task_id IS NOT NULL AND removed_ms IS NULL;

-- An end that a schedule follows: written with the end itself, deleted with the rows that come of it.
CREATE TABLE follow (
  schedule_id  TEXT NOT NULL REFERENCES schedule(id) ON DELETE CASCADE,
  run_id       TEXT NOT NULL,
  PRIMARY KEY (schedule_id, run_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
  id           TEXT NOT NULL PRIMARY KEY,
  task_id      TEXT NOT NULL REFERENCES task(id),
  schedule_id  TEXT REFERENCES schedule(id),
  over         TEXT NOT NULL, -- in words
  limits       TEXT NOT NULL CHECK (json_valid(limits)),
  total        INTEGER NOT NULL CHECK (total >= 0),
  sealed       INTEGER NOT NULL CHECK (sealed IN (0, 1)), -- all of its runs are there; before, none may start
  request_id   TEXT UNIQUE,
  retry_of     TEXT REFERENCES batch(id),
  stopped_ms   INTEGER,
  created_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX batch_of_schedule ON batch(schedule_id, id) WHERE schedule_id IS NOT NULL;
CREATE INDEX batch_of_task ON batch(task_id, id);

ALTER TABLE run ADD COLUMN schedule_id TEXT REFERENCES schedule(id);
ALTER TABLE run ADD COLUMN batch_id TEXT REFERENCES batch(id);
-- What made it: the nominal time in milliseconds, `run:<id>`, or an id for a start by hand.
ALTER TABLE run ADD COLUMN occurrence TEXT;
ALTER TABLE run ADD COLUMN item_key TEXT NOT NULL DEFAULT '';
-- A skipped or expired row can stand for several nominal times: from the first to the nominal one.
ALTER TABLE run ADD COLUMN covers INTEGER NOT NULL DEFAULT 1 CHECK (covers > 0);
ALTER TABLE run ADD COLUMN nominal_ms INTEGER;
ALTER TABLE run ADD COLUMN first_ms INTEGER;
-- It expires when it has not started by then.
ALTER TABLE run ADD COLUMN expires_ms INTEGER;
-- It waits until that run has ended, however it ends.
ALTER TABLE run ADD COLUMN behind TEXT;
-- The run that it follows, and how many came before it in that chain.
ALTER TABLE run ADD COLUMN follows TEXT;
ALTER TABLE run ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;
-- The look that found its time missed.
ALTER TABLE run ADD COLUMN look INTEGER;

-- The judge of every repetition: one occurrence, one row an item.
CREATE UNIQUE INDEX run_once ON run(schedule_id, occurrence, item_key) WHERE schedule_id IS NOT NULL;
CREATE INDEX run_of_schedule ON run(schedule_id, id) WHERE schedule_id IS NOT NULL;
CREATE INDEX run_live_of_schedule ON run(schedule_id, item_key)
  WHERE schedule_id IS NOT NULL AND state IN ('queued', 'starting', 'running', 'parked', 'stopping');
CREATE INDEX run_of_batch ON run(batch_id, state) WHERE batch_id IS NOT NULL;
CREATE INDEX run_expiry ON run(expires_ms) WHERE state = 'queued' AND expires_ms IS NOT NULL;
CREATE INDEX run_look ON run(look) WHERE look IS NOT NULL;

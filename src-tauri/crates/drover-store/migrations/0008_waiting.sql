-- What a waiting run waits for beyond its line, how long it may, and what is kept of it afterwards.

-- The proxy that it goes through, and whether it cannot begin while the keychain is locked.
ALTER TABLE run ADD COLUMN proxy_id TEXT;
ALTER TABLE run ADD COLUMN secrets INTEGER NOT NULL DEFAULT 0 CHECK (secrets IN (0, 1));
UPDATE run SET proxy_id = (SELECT json_extract(plan, '$.proxy_id') FROM run_plan WHERE run_id = run.id),
  secrets = ifnull((SELECT json_array_length(plan, '$.tokens') > 0 FROM run_plan WHERE run_id = run.id), 0)
  WHERE state = 'queued';
-- The latest moment of its first start by its own limit of waiting, and of the end of all its attempts.
ALTER TABLE run ADD COLUMN queue_until_ms INTEGER;
ALTER TABLE run ADD COLUMN gives_up_ms INTEGER;
CREATE INDEX run_queue_until ON run(queue_until_ms) WHERE state = 'queued' AND queue_until_ms IS NOT NULL;
CREATE INDEX run_gives_up ON run(gives_up_ms) WHERE state = 'queued' AND gives_up_ms IS NOT NULL;
-- Kept whatever its age; and when its files were removed.
ALTER TABLE run ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));
ALTER TABLE run ADD COLUMN files_removed_ms INTEGER;
CREATE INDEX run_with_files ON run(finished_ms) WHERE finished_ms IS NOT NULL AND files_removed_ms IS NULL;
CREATE INDEX run_reruns ON run(rerun_of) WHERE rerun_of IS NOT NULL;

-- The attempt whose claim took a start from a limit over time; it is given back when no task code started.
ALTER TABLE need ADD COLUMN charged INTEGER NOT NULL DEFAULT 0;

-- What is paused: everything, or one thing, whose runs then stand aside, so that others of their lines go on.
CREATE TABLE pause (
  scope     TEXT NOT NULL CHECK (scope IN ('all', 'task', 'profile', 'proxy')),
  id        TEXT NOT NULL, -- empty for everything
  since_ms  INTEGER NOT NULL,
  until_ms  INTEGER,
  by        TEXT NOT NULL,
  note      TEXT NOT NULL,
  PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;
INSERT INTO pause (scope, id, since_ms, by, note)
  SELECT 'all', '', ifnull((SELECT max(at_ms) FROM event), 0), 'drover', '' FROM meta WHERE key = 'paused' AND value = '1';
DELETE FROM meta WHERE key = 'paused';
CREATE INDEX pause_until ON pause(until_ms) WHERE until_ms IS NOT NULL;

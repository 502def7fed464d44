-- Pools: several proxies of which each attempt gets one, and what went through the proxy of an attempt.

CREATE TABLE pool (
  id          TEXT NOT NULL PRIMARY KEY,
  name        TEXT NOT NULL,
  name_key    TEXT NOT NULL UNIQUE,
  rotation    TEXT NOT NULL CHECK (rotation IN ('round_robin', 'least_used', 'random')),
  sticky      INTEGER NOT NULL CHECK (sticky IN (0, 1)),
  cool_ms     INTEGER NOT NULL CHECK (cool_ms > 0),
  last        TEXT, -- the member whose turn it was last
  created_ms  INTEGER NOT NULL,
  updated_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE pool_member (
  pool_id         TEXT NOT NULL REFERENCES pool(id) ON DELETE CASCADE,
  proxy_id        TEXT NOT NULL REFERENCES proxy(id),
  position        INTEGER NOT NULL,
  chosen          INTEGER NOT NULL DEFAULT 0,
  rests_until_ms  INTEGER, -- left out until then
  PRIMARY KEY (pool_id, proxy_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pool_member_proxy ON pool_member(proxy_id);
CREATE INDEX pool_member_rests ON pool_member(rests_until_ms) WHERE rests_until_ms IS NOT NULL;

-- The member that a profile got first, for as long as it is a member.
CREATE TABLE pool_kept (
  pool_id     TEXT NOT NULL,
  profile_id  TEXT NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
  proxy_id    TEXT NOT NULL,
  PRIMARY KEY (pool_id, profile_id),
  FOREIGN KEY (pool_id, proxy_id) REFERENCES pool_member(pool_id, proxy_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX pool_kept_member ON pool_kept(pool_id, proxy_id);

-- A run that is not over and takes its proxy from a pool.
CREATE TABLE pool_need (
  run_id    TEXT NOT NULL PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
  pool_id   TEXT NOT NULL REFERENCES pool(id),
  sticky    INTEGER NOT NULL CHECK (sticky IN (0, 1)),
  proxy_id  TEXT -- what its live attempt has
) STRICT, WITHOUT ROWID;
CREATE INDEX pool_need_pool ON pool_need(pool_id);
CREATE INDEX pool_need_proxy ON pool_need(proxy_id) WHERE proxy_id IS NOT NULL;

CREATE TABLE attempt_network (
  run_id   TEXT NOT NULL,
  attempt  INTEGER NOT NULL,
  network  TEXT NOT NULL CHECK (json_valid(network)),
  PRIMARY KEY (run_id, attempt),
  FOREIGN KEY (run_id, attempt) REFERENCES attempt(run_id, attempt) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

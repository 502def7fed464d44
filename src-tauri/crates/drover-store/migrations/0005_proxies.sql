-- Proxies: exceptions, the provider's link, what the last check found.

-- A rule a line, as in `DIRECT intranet.example`.
ALTER TABLE proxy ADD COLUMN rules TEXT NOT NULL DEFAULT '';
-- The least time between two calls of the provider's link; without it there is no link. The link is in the keychain.
ALTER TABLE proxy ADD COLUMN change_pause_ms INTEGER CHECK (change_pause_ms > 0);
ALTER TABLE proxy ADD COLUMN change_called_ms INTEGER;

-- Without a row it was not checked since its address or login changed.
CREATE TABLE proxy_health (
  proxy_id       TEXT NOT NULL PRIMARY KEY REFERENCES proxy(id) ON DELETE CASCADE,
  checked_ms     INTEGER NOT NULL,
  exit           TEXT,
  connect_ms     INTEGER,
  first_byte_ms  INTEGER,
  failure        TEXT, -- none when it works
  message        TEXT,
  hint           TEXT,
  CHECK ((exit IS NULL) = (failure IS NOT NULL)),
  CHECK ((exit IS NULL) = (connect_ms IS NULL) AND (exit IS NULL) = (first_byte_ms IS NULL)),
  CHECK ((failure IS NULL) = (message IS NULL) AND (failure IS NULL) = (hint IS NULL))
) STRICT, WITHOUT ROWID;

-- What pages of a profile see instead of this machine's own, as JSON.
ALTER TABLE profile ADD COLUMN overrides TEXT NOT NULL DEFAULT '{}';

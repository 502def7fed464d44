-- How the cookies of a profile are encrypted: what was chosen, and the password store of the first start.
ALTER TABLE profile ADD COLUMN encryption TEXT NOT NULL DEFAULT 'os';
ALTER TABLE profile ADD COLUMN password_store TEXT;
-- Bytes that its caches may have; none means as the browser does it.
ALTER TABLE profile ADD COLUMN cache_limit INTEGER;

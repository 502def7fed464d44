-- How runs spread over the index of states, which SQLite cannot know of an empty file: very many share a state. Without
-- this it takes that index for the best one, and every look for what is due reads all runs that wait.
ANALYZE sqlite_schema;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('run', 'run_state', '1000000 200000 1');
ANALYZE sqlite_schema;

-- When a pause ended whose times are not accounted for yet. Later times are none of it.

ALTER TABLE schedule ADD COLUMN resumed_ms INTEGER;
UPDATE schedule SET resumed_ms = max(updated_ms, cursor_ms) WHERE resumed IS NOT NULL;

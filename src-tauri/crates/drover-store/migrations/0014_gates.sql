-- How the run has to end that another one waits for; without it any end will do.

ALTER TABLE run ADD COLUMN gate TEXT CHECK (gate IN ('succeeded', 'failed', 'any'));
CREATE INDEX run_gate ON run (behind) WHERE gate IS NOT NULL;

-- How the run has to end that another one waits for; without it any end will do.

ALTER TABLE run ADD COLUMN gate TEXT CHECK (gate = 'succeeded' OR gate = 'failed' OR gate = 'any');
CREATE INDEX run_gate ON run (behind) WHERE gate IS NOT NULL;

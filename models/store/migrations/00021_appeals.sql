-- +goose Up
-- What its author says against a measure, once, and what another moderator
-- decided.
ALTER TABLE measures ADD COLUMN appeal TEXT NOT NULL DEFAULT '';
ALTER TABLE measures ADD COLUMN appealed_at TIMESTAMP;
ALTER TABLE measures ADD COLUMN appealed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE measures ADD COLUMN decision TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'upheld', 'lifted'));
ALTER TABLE measures ADD COLUMN decided_at TIMESTAMP;
ALTER TABLE measures ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
ALTER TABLE measures ADD COLUMN decision_words TEXT NOT NULL DEFAULT '';
-- The SHA-256 of the address of an account that was closed while it was
-- suspended, so that another one of the same address is no way round it.
ALTER TABLE measures ADD COLUMN closed_address TEXT NOT NULL DEFAULT '';
CREATE INDEX measures_by_address ON measures (closed_address) WHERE closed_address <> '';

-- +goose Down
DROP INDEX measures_by_address;
ALTER TABLE measures DROP COLUMN closed_address;
ALTER TABLE measures DROP COLUMN decision_words;
ALTER TABLE measures DROP COLUMN decided_by;
ALTER TABLE measures DROP COLUMN decided_at;
ALTER TABLE measures DROP COLUMN decision;
ALTER TABLE measures DROP COLUMN appealed_by;
ALTER TABLE measures DROP COLUMN appealed_at;
ALTER TABLE measures DROP COLUMN appeal;

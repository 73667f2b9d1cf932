-- +goose Up
-- The version of an entry of which those whose it is have been told that it was received.
ALTER TABLE campaign_entries ADD COLUMN told_version BIGINT NOT NULL DEFAULT 0;
UPDATE campaign_entries SET told_version = version;
CREATE INDEX campaign_entries_untold ON campaign_entries (id) WHERE state = 'entered' AND told_version < version;

-- +goose Down
DROP INDEX campaign_entries_untold;
ALTER TABLE campaign_entries DROP COLUMN told_version;

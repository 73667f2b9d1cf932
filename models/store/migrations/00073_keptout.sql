-- +goose Up
-- Why an entry that came too late was kept out; empty while that is not decided, or it was let in.
ALTER TABLE campaign_entries ADD COLUMN kept_out TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE campaign_entries DROP COLUMN kept_out;

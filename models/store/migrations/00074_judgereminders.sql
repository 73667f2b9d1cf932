-- +goose Up
-- When a judge was reminded of what waits for their scores.
ALTER TABLE campaign_judges ADD COLUMN reminded_at TIMESTAMP;

-- +goose Down
ALTER TABLE campaign_judges DROP COLUMN reminded_at;

-- +goose Up
-- The picture at the head of a campaign, by the checksum of its content; none where that is empty.
ALTER TABLE campaigns ADD COLUMN cover TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN cover_type TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN cover_width BIGINT NOT NULL DEFAULT 0;
ALTER TABLE campaigns ADD COLUMN cover_height BIGINT NOT NULL DEFAULT 0;
ALTER TABLE campaigns ADD COLUMN cover_alt TEXT NOT NULL DEFAULT '';
CREATE INDEX campaigns_cover ON campaigns (cover) WHERE cover <> '';

-- +goose Down
DROP INDEX campaigns_cover;
ALTER TABLE campaigns DROP COLUMN cover_alt;
ALTER TABLE campaigns DROP COLUMN cover_height;
ALTER TABLE campaigns DROP COLUMN cover_width;
ALTER TABLE campaigns DROP COLUMN cover_type;
ALTER TABLE campaigns DROP COLUMN cover;

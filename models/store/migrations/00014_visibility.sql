-- +goose Up
-- Who may read a case study that not everybody may: its status is then
-- "limited", so that whatever shows what is "published" leaves it out.
ALTER TABLE case_studies ADD COLUMN visibility TEXT NOT NULL DEFAULT '';
CREATE INDEX case_studies_limited ON case_studies (published_at DESC, id DESC) WHERE status = 'limited';
-- The organisation that a person is confirmed to work at, by whom and when.
ALTER TABLE people ADD COLUMN confirmed TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN confirmed_at TIMESTAMP;

-- +goose Down
ALTER TABLE people DROP COLUMN confirmed_at;
ALTER TABLE people DROP COLUMN confirmed_by;
ALTER TABLE people DROP COLUMN confirmed;
DROP INDEX case_studies_limited;
UPDATE case_studies SET status = 'withdrawn' WHERE status = 'limited';
ALTER TABLE case_studies DROP COLUMN visibility;

-- +goose Up
-- Whether the text of a revision was deleted for good, because it held patient
-- or personal data: a sentence that says so stands in its place.
ALTER TABLE revisions ADD COLUMN erased BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE revisions DROP COLUMN erased;

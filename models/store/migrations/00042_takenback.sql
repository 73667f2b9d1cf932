-- +goose Up
-- Adoptions that were taken back here, so that none returns with an older bundle.
CREATE TABLE removed_adoptions (
    adoption_id   TEXT PRIMARY KEY,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    removed_at    TIMESTAMP NOT NULL
);
CREATE INDEX removed_adoptions_of ON removed_adoptions (case_study_id);
-- Feeds list what was said last first.
CREATE INDEX adoptions_by_change ON adoptions (changed_at, id);

-- +goose Down
DROP INDEX adoptions_by_change;
DROP TABLE removed_adoptions;

-- +goose Up
-- Case studies that people keep for later, which nobody else sees. The id is for
-- the order of the list.
CREATE TABLE bookmarks (
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    id            TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, case_study_id)
);
CREATE UNIQUE INDEX bookmarks_of ON bookmarks (person_id, id);
CREATE INDEX bookmarks_on ON bookmarks (case_study_id);

-- +goose Down
DROP TABLE bookmarks;

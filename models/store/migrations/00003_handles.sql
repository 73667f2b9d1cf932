-- +goose Up
-- Handles that somebody had before: mentions and links with them still lead to
-- that person, and nobody else can take them over.
CREATE TABLE former_handles (
    handle     TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    changed_at TIMESTAMP NOT NULL
);

-- +goose Down
DROP TABLE former_handles;

-- +goose Up
-- The language in which people have pages and e-mails. Who has no row has not
-- chosen; their browser says then.
CREATE TABLE person_languages (
    person_id TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    language  TEXT NOT NULL
);

-- +goose Down
DROP TABLE person_languages;

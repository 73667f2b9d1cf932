-- +goose Up
-- The address that a person wants to have, until the link that was sent there is
-- opened. One of a person at a time.
CREATE TABLE email_changes (
    person_id  TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    hash       TEXT NOT NULL UNIQUE,
    email      TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);

-- +goose Down
DROP TABLE email_changes;

-- +goose Up
-- Passkeys: what is kept of each is public, and worth nothing to who reads it.
CREATE TABLE passkeys (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    credential_id TEXT NOT NULL UNIQUE,
    credential    TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    used_at       TIMESTAMP
);
CREATE INDEX passkeys_by_person ON passkeys (person_id, id);

-- A form that was sent after its person's session had ended, until they are
-- back. It is sealed under a secret that only the browser has.
CREATE TABLE held_forms (
    hash       TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    sealed     TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX held_forms_by_person ON held_forms (person_id);
CREATE INDEX held_forms_by_expiry ON held_forms (expires_at);

-- +goose Down
DROP TABLE held_forms;
DROP TABLE passkeys;

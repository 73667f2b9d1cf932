-- +goose Up
-- What is asked, some months after an adoption was recorded, of whoever looks after it. The
-- link of the e-mail is kept as a hash. Since when nothing was heard stands with the adoption,
-- so that lists need no further statement.
ALTER TABLE adoptions ADD COLUMN silent_since TIMESTAMP;
CREATE TABLE adoption_followups (
    id          TEXT PRIMARY KEY,
    adoption_id TEXT NOT NULL REFERENCES adoptions (id) ON DELETE CASCADE,
    months      BIGINT NOT NULL,
    person_id   TEXT NOT NULL,
    token_hash  TEXT NOT NULL,
    asked_at    TIMESTAMP NOT NULL,
    expires_at  TIMESTAMP NOT NULL,
    answered_at TIMESTAMP,
    status      TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX adoption_followups_once ON adoption_followups (adoption_id, months);
CREATE INDEX adoption_followups_token ON adoption_followups (token_hash) WHERE token_hash <> '';
CREATE INDEX adoption_followups_person ON adoption_followups (person_id);
CREATE INDEX adoptions_created ON adoptions (created_at);

-- +goose Down
DROP INDEX adoptions_created;
DROP TABLE adoption_followups;
ALTER TABLE adoptions DROP COLUMN silent_since;

-- +goose Up
-- By which rules the HTML of a revision was made: what is below the program's
-- own number is made again.
ALTER TABLE revisions ADD COLUMN rules BIGINT NOT NULL DEFAULT 0;
CREATE INDEX revisions_by_rules ON revisions (rules);

-- A file that is attached while a change is drafted is seen by readers when the
-- change is published, and one that is removed stays for them until then.
ALTER TABLE attachments ADD COLUMN published BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE attachments ADD COLUMN removed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE attachments SET published = TRUE WHERE case_study_id IN (SELECT id FROM case_studies);

-- Until when the text of an e-mail is kept that holds a secret, such as a link
-- to sign in. Up to here every e-mail was one.
ALTER TABLE emails ADD COLUMN secret_until TIMESTAMP;
UPDATE emails SET secret_until = created_at;
UPDATE emails SET text = '', html = '' WHERE state <> 'pending';
CREATE INDEX emails_with_secrets ON emails (secret_until) WHERE text <> '';

-- When a person closed their account. What they wrote stays, without a name.
ALTER TABLE people ADD COLUMN closed_at TIMESTAMP;
-- Handles of closed accounts, hashed: nobody can take them over, and nobody can
-- read them here.
CREATE TABLE retired_handles (
    hash TEXT PRIMARY KEY
);

-- A file of organisations between its trial and its import.
CREATE TABLE import_files (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    file_name  TEXT NOT NULL,
    content    BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX import_files_by_age ON import_files (created_at);

-- +goose Down
DROP TABLE import_files;
DROP TABLE retired_handles;
ALTER TABLE people DROP COLUMN closed_at;
DROP INDEX emails_with_secrets;
ALTER TABLE emails DROP COLUMN secret_until;
ALTER TABLE attachments DROP COLUMN removed;
ALTER TABLE attachments DROP COLUMN published;
DROP INDEX revisions_by_rules;
ALTER TABLE revisions DROP COLUMN rules;

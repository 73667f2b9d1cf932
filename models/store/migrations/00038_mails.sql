-- +goose Up
-- An e-mail about what happened is written anew at each try, as its person may
-- read it then, so it has no text here. kind is that of such a one: at-once, daily
-- or weekly; and period names it, so that no person gets two of one period. While
-- it is on its way its state is sending: should the program end then, nobody knows
-- whether it has arrived, and it is not sent again by itself.
CREATE TABLE emails_new (
    id           TEXT PRIMARY KEY,
    to_address   TEXT NOT NULL,
    subject      TEXT NOT NULL,
    text         TEXT NOT NULL,
    html         TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'kept', 'failed', 'dropped')),
    attempts     BIGINT NOT NULL DEFAULT 0,
    last_error   TEXT NOT NULL DEFAULT '',
    created_at   TIMESTAMP NOT NULL,
    sent_at      TIMESTAMP,
    secret_until TIMESTAMP,
    person_id    TEXT NOT NULL DEFAULT '',
    kind         TEXT NOT NULL DEFAULT '',
    period       TEXT NOT NULL DEFAULT ''
);
INSERT INTO emails_new (id, to_address, subject, text, html, state, attempts, last_error, created_at, sent_at, secret_until)
    SELECT id, to_address, subject, text, html, state, attempts, last_error, created_at, sent_at, secret_until FROM emails;
DROP TABLE emails;
ALTER TABLE emails_new RENAME TO emails;
CREATE INDEX emails_created_at ON emails (created_at, id);
CREATE INDEX emails_pending ON emails (created_at) WHERE state = 'pending';
CREATE INDEX emails_with_secrets ON emails (secret_until) WHERE text <> '';
CREATE INDEX emails_failed ON emails (id) WHERE state = 'failed';
CREATE UNIQUE INDEX emails_once ON emails (person_id, period) WHERE period <> '';

-- When an e-mail of each kind is due to a person for whom something waits. Who
-- takes the row makes the e-mail.
CREATE TABLE mail_dues (
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    delivery  TEXT NOT NULL,
    due_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, delivery)
);
CREATE INDEX mail_dues_by_time ON mail_dues (due_at, person_id);

-- Addresses of people to which e-mail did not get through; of an address that a
-- person has no more it says nothing. After too many no e-mail about what happens
-- goes there, since stopped_at.
CREATE TABLE mail_bounces (
    person_id  TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    address    TEXT NOT NULL,
    bounces    BIGINT NOT NULL,
    reason     TEXT NOT NULL,
    last_at    TIMESTAMP NOT NULL,
    stopped_at TIMESTAMP
);

DROP INDEX notifications_mailed;
CREATE INDEX notifications_mailed ON notifications (email_id, id) WHERE email_id <> '';

-- +goose Down
DROP INDEX notifications_mailed;
CREATE INDEX notifications_mailed ON notifications (email_id) WHERE email_id <> '';
DROP TABLE mail_bounces;
DROP TABLE mail_dues;
CREATE TABLE emails_old (
    id           TEXT PRIMARY KEY,
    to_address   TEXT NOT NULL,
    subject      TEXT NOT NULL,
    text         TEXT NOT NULL,
    html         TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'kept', 'failed')),
    attempts     BIGINT NOT NULL DEFAULT 0,
    last_error   TEXT NOT NULL DEFAULT '',
    created_at   TIMESTAMP NOT NULL,
    sent_at      TIMESTAMP,
    secret_until TIMESTAMP
);
INSERT INTO emails_old SELECT id, to_address, subject, text, html, state, attempts, last_error, created_at, sent_at, secret_until FROM emails WHERE kind = '' AND state NOT IN ('sending', 'dropped');
DROP TABLE emails;
ALTER TABLE emails_old RENAME TO emails;
CREATE INDEX emails_created_at ON emails (created_at, id);
CREATE INDEX emails_pending ON emails (created_at) WHERE state = 'pending';
CREATE INDEX emails_with_secrets ON emails (secret_until) WHERE text <> '';

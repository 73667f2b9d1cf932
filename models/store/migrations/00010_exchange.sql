-- +goose Up
-- How much of its changes the list for other instances has seen, as "indexed"
-- is for the search index.
ALTER TABLE case_studies ADD COLUMN exchanged BIGINT NOT NULL DEFAULT 0;
CREATE INDEX case_studies_to_exchange ON case_studies (id) WHERE changes > exchanged;

-- The keys with which this instance signs, the last one at present. Private
-- halves are sealed with the secret of the site; a handover is the next key,
-- signed with the one before it.
CREATE TABLE exchange_keys (
    number     BIGINT PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    sealed     TEXT NOT NULL,
    handover   TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL
);

-- What has become of each case study of this instance, in the order in which
-- it is told. Positions are given one transaction at a time, after the writes
-- that they are about: see exchange_ends.
CREATE TABLE exchange_log (
    case_study_id TEXT PRIMARY KEY REFERENCES case_studies (id) ON DELETE CASCADE,
    position      BIGINT NOT NULL UNIQUE,
    revision      BIGINT NOT NULL,
    status        TEXT NOT NULL
);
CREATE TABLE exchange_ends (
    id       BIGINT PRIMARY KEY,
    position BIGINT NOT NULL
);

-- The instances that this one takes case studies from. Trusted is the keys that
-- are, the last one at present. One that was removed stays for the copies that
-- name it.
CREATE TABLE exchange_origins (
    id              TEXT PRIMARY KEY,
    url             TEXT NOT NULL UNIQUE,
    trusted         TEXT NOT NULL,
    position        BIGINT NOT NULL DEFAULT 0,
    walked_at       TIMESTAMP,
    added_by        TEXT NOT NULL DEFAULT '',
    added_at        TIMESTAMP NOT NULL,
    paused_at       TIMESTAMP,
    paused_by       TEXT NOT NULL DEFAULT '',
    removed_at      TIMESTAMP,
    succeeded_at    TIMESTAMP,
    failed_at       TIMESTAMP,
    failing_since   TIMESTAMP,
    failure         TEXT NOT NULL DEFAULT ''
);

-- Case studies that are copies of one elsewhere, with what was signed there.
-- Hidden is a moderator's word here, dropped follows from a removed origin.
CREATE TABLE exchange_copies (
    case_study_id TEXT PRIMARY KEY REFERENCES case_studies (id) ON DELETE CASCADE,
    origin_id     TEXT NOT NULL REFERENCES exchange_origins (id),
    url           TEXT NOT NULL,
    revision      BIGINT NOT NULL,
    status        TEXT NOT NULL,
    signed        TEXT NOT NULL,
    signed_by     TEXT NOT NULL,
    fetched_at    TIMESTAMP NOT NULL,
    checked_at    TIMESTAMP NOT NULL,
    fault         TEXT NOT NULL DEFAULT '',
    hidden_at     TIMESTAMP,
    hidden_by     TEXT NOT NULL DEFAULT '',
    dropped       BOOLEAN NOT NULL
);
CREATE INDEX exchange_copies_of ON exchange_copies (origin_id, case_study_id);
CREATE INDEX exchange_copies_at_fault ON exchange_copies (case_study_id) WHERE fault <> '';

-- Case studies that were not taken, and why. They are tried again.
CREATE TABLE exchange_refusals (
    origin_id     TEXT NOT NULL REFERENCES exchange_origins (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL,
    why           TEXT NOT NULL,
    since         TIMESTAMP NOT NULL,
    tried_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (origin_id, case_study_id)
);

-- +goose Down
DROP TABLE exchange_refusals;
DROP TABLE exchange_copies;
DROP TABLE exchange_origins;
DROP TABLE exchange_ends;
DROP TABLE exchange_log;
DROP TABLE exchange_keys;
DROP INDEX case_studies_to_exchange;
ALTER TABLE case_studies DROP COLUMN exchanged;

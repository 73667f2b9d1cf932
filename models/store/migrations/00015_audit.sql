-- +goose Up
-- The audit record. A row is written by the transaction that does what it tells
-- of, and never changed but to be sealed, once: to be given its place and hash.
CREATE TABLE audit_events (
    id       TEXT PRIMARY KEY,
    at       TIMESTAMP NOT NULL,
    actor    TEXT NOT NULL,
    means    TEXT NOT NULL,
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL DEFAULT '',
    address  TEXT NOT NULL DEFAULT '',
    request  TEXT NOT NULL DEFAULT '',
    before   TEXT NOT NULL DEFAULT '',
    after    TEXT NOT NULL DEFAULT '',
    seq      BIGINT,
    hash     TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX audit_events_by_seq ON audit_events (seq);
CREATE INDEX audit_events_open ON audit_events (id) WHERE seq IS NULL;
CREATE INDEX audit_events_by_actor ON audit_events (actor, id);
CREATE INDEX audit_events_by_subject ON audit_events (subject, id);
-- Where the chain ends, and where it begins since older events were removed.
CREATE TABLE audit_ends (
    id         BIGINT PRIMARY KEY,
    seq        BIGINT NOT NULL,
    hash       TEXT NOT NULL,
    first_seq  BIGINT NOT NULL,
    first_hash TEXT NOT NULL
);
INSERT INTO audit_ends (id, seq, hash, first_seq, first_hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- +goose Down
DROP TABLE audit_ends;
DROP TABLE audit_events;

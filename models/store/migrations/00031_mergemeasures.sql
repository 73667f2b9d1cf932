-- +goose Up
-- A merge is a measure as well: its author reads why, and can appeal.
CREATE TABLE measures_wider (
    id             TEXT PRIMARY KEY,
    action         TEXT NOT NULL CHECK (action IN ('hide', 'lock', 'warn', 'suspend', 'merge')),
    kind           TEXT NOT NULL CHECK (kind IN ('case-study', 'comment', 'person')),
    subject_id     TEXT NOT NULL,
    case_study_id  TEXT NOT NULL DEFAULT '',
    author_id      TEXT NOT NULL REFERENCES people (id),
    moderator_id   TEXT NOT NULL REFERENCES people (id),
    reason         TEXT NOT NULL,
    words          TEXT NOT NULL,
    item_id        TEXT NOT NULL DEFAULT '',
    was_withdrawn  BOOLEAN NOT NULL DEFAULT FALSE,
    made_at        TIMESTAMP NOT NULL,
    until          TIMESTAMP,
    read_at        TIMESTAMP,
    lifted_at      TIMESTAMP,
    lifted_by      TEXT NOT NULL DEFAULT '',
    lift_words     TEXT NOT NULL DEFAULT '',
    appeal         TEXT NOT NULL DEFAULT '',
    appealed_at    TIMESTAMP,
    appealed_by    TEXT NOT NULL DEFAULT '',
    decision       TEXT NOT NULL DEFAULT '' CHECK (decision IN ('', 'upheld', 'lifted')),
    decided_at     TIMESTAMP,
    decided_by     TEXT NOT NULL DEFAULT '',
    decision_words TEXT NOT NULL DEFAULT '',
    closed_address TEXT NOT NULL DEFAULT ''
);
INSERT INTO measures_wider SELECT id, action, kind, subject_id, case_study_id, author_id, moderator_id, reason, words, item_id, was_withdrawn, made_at, until, read_at, lifted_at, lifted_by, lift_words,
    appeal, appealed_at, appealed_by, decision, decided_at, decided_by, decision_words, closed_address FROM measures;
DROP TABLE measures;
ALTER TABLE measures_wider RENAME TO measures;
CREATE UNIQUE INDEX measures_standing ON measures (kind, subject_id, action) WHERE lifted_at IS NULL AND action <> 'warn';
CREATE INDEX measures_by_author ON measures (author_id, id);
CREATE INDEX measures_by_subject ON measures (kind, subject_id, id);
CREATE INDEX measures_by_address ON measures (closed_address) WHERE closed_address <> '';

-- +goose Down
-- What was merged stays merged; that its author was told goes. The table may
-- know of more actions than the program before.
DELETE FROM measures WHERE action = 'merge';

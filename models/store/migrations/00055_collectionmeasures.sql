-- +goose Up
-- A collection can be reported, hidden and appealed about, as everything else that
-- people write, and what is let stand in it is kept as being there.
CREATE TABLE measures_wider (
    id             TEXT PRIMARY KEY,
    action         TEXT NOT NULL CHECK (action IN ('hide', 'lock', 'warn', 'suspend', 'merge')),
    kind           TEXT NOT NULL CHECK (kind IN ('case-study', 'comment', 'adoption', 'collection', 'person')),
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
CREATE TABLE items_wider (
    id            TEXT PRIMARY KEY,
    cause         TEXT NOT NULL CHECK (cause IN ('report', 'appeal', 'first-post')),
    kind          TEXT NOT NULL CHECK (kind IN ('case-study', 'comment', 'adoption', 'collection', 'person')),
    subject_id    TEXT NOT NULL,
    case_study_id TEXT NOT NULL DEFAULT '',
    author_id     TEXT NOT NULL REFERENCES people (id),
    measure_id    TEXT NOT NULL DEFAULT '',
    assignee_id   TEXT NOT NULL DEFAULT '',
    reports       BIGINT NOT NULL DEFAULT 0,
    opened_at     TIMESTAMP NOT NULL,
    closed_at     TIMESTAMP,
    closed_by     TEXT NOT NULL DEFAULT '',
    outcome       TEXT NOT NULL DEFAULT '',
    answer        TEXT NOT NULL DEFAULT ''
);
INSERT INTO items_wider SELECT id, cause, kind, subject_id, case_study_id, author_id, measure_id, assignee_id, reports, opened_at, closed_at, closed_by, outcome, answer FROM moderation_items;
CREATE TABLE reports_moved (
    id          TEXT PRIMARY KEY,
    item_id     TEXT NOT NULL REFERENCES items_wider (id),
    reporter_id TEXT NOT NULL REFERENCES people (id),
    reason      TEXT NOT NULL,
    words       TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP
);
INSERT INTO reports_moved SELECT id, item_id, reporter_id, reason, words, created_at, changed_at FROM reports;
DROP TABLE reports;
DROP TABLE moderation_items;
ALTER TABLE items_wider RENAME TO moderation_items;
ALTER TABLE reports_moved RENAME TO reports;
CREATE UNIQUE INDEX moderation_items_open ON moderation_items (cause, kind, subject_id, measure_id) WHERE closed_at IS NULL;
CREATE INDEX moderation_items_waiting ON moderation_items (id) WHERE closed_at IS NULL;
CREATE INDEX moderation_items_by_subject ON moderation_items (kind, subject_id, id);
CREATE UNIQUE INDEX reports_once ON reports (item_id, reporter_id);
CREATE INDEX reports_by_reporter ON reports (reporter_id, id);
CREATE INDEX reports_by_reason ON reports (reason, item_id);
CREATE TABLE overrides_wider (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id),
    subject       TEXT NOT NULL CHECK (subject IN ('case-study', 'comment', 'adoption', 'profile', 'file', 'organisation', 'system', 'standard', 'token', 'webhook', 'synonyms', 'answer', 'message', 'collection')),
    subject_id    TEXT NOT NULL,
    case_study_id TEXT NOT NULL DEFAULT '',
    field         TEXT NOT NULL,
    kind          TEXT NOT NULL,
    reason        TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL
);
INSERT INTO overrides_wider SELECT id, person_id, subject, subject_id, case_study_id, field, kind, reason, created_at FROM overrides;
DROP TABLE overrides;
ALTER TABLE overrides_wider RENAME TO overrides;
CREATE INDEX overrides_by_kind ON overrides (kind, id);
CREATE INDEX overrides_by_reason ON overrides (reason, id);
CREATE INDEX overrides_by_case_study ON overrides (case_study_id, id);

-- +goose Down
-- The tables may know of more kinds than the program before.
DELETE FROM overrides WHERE subject = 'collection';
DELETE FROM reports WHERE item_id IN (SELECT id FROM moderation_items WHERE kind = 'collection');
DELETE FROM moderation_items WHERE kind = 'collection';
DELETE FROM measures WHERE kind = 'collection';
DELETE FROM collections WHERE hidden <> '';
DELETE FROM notifications WHERE reason = 'invited';
UPDATE people SET unread = (SELECT COUNT(*) FROM notifications n WHERE n.person_id = people.id AND n.read_at IS NULL) WHERE unread > 0;

-- +goose Up
-- What waits for moderators, and what became of it: a thing that was reported
-- however often, or an appeal against a measure. At most one is open of a thing.
CREATE TABLE moderation_items (
    id            TEXT PRIMARY KEY,
    cause         TEXT NOT NULL CHECK (cause IN ('report', 'appeal', 'first-post')),
    kind          TEXT NOT NULL CHECK (kind IN ('case-study', 'comment', 'person')),
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
CREATE UNIQUE INDEX moderation_items_open ON moderation_items (cause, kind, subject_id, measure_id) WHERE closed_at IS NULL;
CREATE INDEX moderation_items_waiting ON moderation_items (id) WHERE closed_at IS NULL;
CREATE INDEX moderation_items_by_subject ON moderation_items (kind, subject_id, id);
CREATE TABLE reports (
    id          TEXT PRIMARY KEY,
    item_id     TEXT NOT NULL REFERENCES moderation_items (id),
    reporter_id TEXT NOT NULL REFERENCES people (id),
    reason      TEXT NOT NULL,
    words       TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP
);
CREATE UNIQUE INDEX reports_once ON reports (item_id, reporter_id);
CREATE INDEX reports_by_reporter ON reports (reporter_id, id);
CREATE INDEX reports_by_reason ON reports (reason, item_id);

-- +goose Down
DROP TABLE reports;
DROP TABLE moderation_items;

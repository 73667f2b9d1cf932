-- +goose Up
-- What people follow: case studies and people by their id, systems by their slug,
-- standards and organisations by their code.
CREATE TABLE follows (
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('case-study', 'system', 'standard', 'organisation', 'person')),
    thing      TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, kind, thing)
);
CREATE INDEX follows_of ON follows (kind, thing, person_id);
-- What people are told, once each: event names what happened, so that a job that
-- is run again tells nobody twice.
CREATE TABLE notifications (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    event         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    comment_id    TEXT NOT NULL DEFAULT '',
    actor_id      TEXT NOT NULL REFERENCES people (id),
    detail        TEXT NOT NULL DEFAULT '',
    created_at    TIMESTAMP NOT NULL,
    read_at       TIMESTAMP
);
CREATE UNIQUE INDEX notifications_once ON notifications (person_id, event);
CREATE INDEX notifications_of ON notifications (person_id, id);
CREATE INDEX notifications_by_age ON notifications (created_at);
-- How many of them a person has not read, so that no page counts them.
ALTER TABLE people ADD COLUMN unread BIGINT NOT NULL DEFAULT 0;
-- Who follows a case study because another that they follow was merged into it.
CREATE TABLE merged_follows (
    from_id   TEXT NOT NULL REFERENCES case_study_merges (from_id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (from_id, person_id)
);

-- +goose Down
DROP TABLE merged_follows;
ALTER TABLE people DROP COLUMN unread;
DROP TABLE notifications;
DROP TABLE follows;

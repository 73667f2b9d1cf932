-- +goose Up
-- What is let stand may be in more than texts of members: in names that admins
-- and moderators type, and in what comes with bundles and from other instances.
CREATE TABLE overrides_wider (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id),
    subject       TEXT NOT NULL CHECK (subject IN ('case-study', 'comment', 'profile', 'file', 'organisation', 'system', 'standard', 'token', 'webhook', 'synonyms', 'answer')),
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
CREATE TABLE overrides_narrower (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id),
    subject       TEXT NOT NULL CHECK (subject IN ('case-study', 'comment', 'profile', 'file')),
    subject_id    TEXT NOT NULL,
    case_study_id TEXT NOT NULL DEFAULT '',
    field         TEXT NOT NULL,
    kind          TEXT NOT NULL,
    reason        TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL
);
INSERT INTO overrides_narrower SELECT id, person_id, subject, subject_id, case_study_id, field, kind, reason, created_at FROM overrides
    WHERE subject IN ('case-study', 'comment', 'profile', 'file');
DROP TABLE overrides;
ALTER TABLE overrides_narrower RENAME TO overrides;
CREATE INDEX overrides_by_kind ON overrides (kind, id);
CREATE INDEX overrides_by_reason ON overrides (reason, id);
CREATE INDEX overrides_by_case_study ON overrides (case_study_id, id);

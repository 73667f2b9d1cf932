-- +goose Up
-- What was asked about because it may be personal data, and was let stand: what
-- kind, where, who, when and why. Never what it was.
CREATE TABLE overrides (
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
CREATE INDEX overrides_by_kind ON overrides (kind, id);
CREATE INDEX overrides_by_reason ON overrides (reason, id);
CREATE INDEX overrides_by_case_study ON overrides (case_study_id, id);

-- +goose Down
DROP TABLE overrides;

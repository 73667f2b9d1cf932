-- +goose Up
-- When a case study was withdrawn or brought back: its other times are of its
-- text. An export of what has changed since a day asks for it, and an import
-- keeps the later word.
ALTER TABLE case_studies ADD COLUMN status_changed_at TIMESTAMP;

-- An export asks for the mentions of comments and the slugs of case studies.
CREATE INDEX mentions_in ON mentions (comment_id, person_id);
CREATE INDEX case_study_slugs_of ON case_study_slugs (case_study_id, slug);

-- Imports and exports that people ask for in the browser. A job does the work,
-- on whichever node, and notes here how far it is. The files are with the
-- uploads.
CREATE TABLE transfers (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('import', 'export')),
    state        TEXT NOT NULL,
    person_id    TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    organisation TEXT NOT NULL DEFAULT '',
    since        TIMESTAMP,
    file_name    TEXT NOT NULL DEFAULT '',
    size         BIGINT NOT NULL DEFAULT 0,
    parts        BIGINT NOT NULL DEFAULT 0,
    done         BIGINT NOT NULL DEFAULT 0,
    total        BIGINT NOT NULL DEFAULT 0,
    report       TEXT NOT NULL DEFAULT '',
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL
);
CREATE INDEX transfers_by_person ON transfers (person_id, created_at);
CREATE INDEX transfers_by_age ON transfers (updated_at);

-- +goose Down
DROP TABLE transfers;
DROP INDEX case_study_slugs_of;
DROP INDEX mentions_in;
ALTER TABLE case_studies DROP COLUMN status_changed_at;

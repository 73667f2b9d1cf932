-- +goose Up
-- What people learnt, for their registers. Each is read by the person alone.
CREATE TABLE reflections (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL DEFAULT '',
    register      TEXT NOT NULL CHECK (register IN ('nmc', 'hcpc', 'gmc', 'other')),
    title         TEXT NOT NULL,
    day           TEXT NOT NULL,
    minutes       INTEGER NOT NULL DEFAULT 0,
    method        TEXT NOT NULL DEFAULT '',
    with_others   BOOLEAN NOT NULL DEFAULT FALSE,
    themes        TEXT NOT NULL DEFAULT '[]',
    what          TEXT NOT NULL DEFAULT '',
    learnt        TEXT NOT NULL DEFAULT '',
    changed       TEXT NOT NULL DEFAULT '',
    relevance     TEXT NOT NULL DEFAULT '',
    created_at    TIMESTAMP NOT NULL,
    changed_at    TIMESTAMP NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX reflections_of ON reflections (person_id, day, id);

-- +goose Down
DROP TABLE reflections;

-- +goose Up
-- Searches of case studies that people keep, which nobody else sees. The query is
-- in one form for all that ask for the same.
CREATE TABLE saved_searches (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    query      TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    seen_at    TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX saved_searches_of ON saved_searches (person_id, query);
CREATE INDEX saved_searches_by_query ON saved_searches (query, id);
-- What came since, once each, until it is seen.
CREATE TABLE search_matches (
    search_id     TEXT NOT NULL REFERENCES saved_searches (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    seen          BOOLEAN NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (search_id, case_study_id)
);
CREATE INDEX search_matches_on ON search_matches (case_study_id, search_id);
CREATE INDEX search_matches_by_age ON search_matches (created_at);

-- Tags by what they are called and saved searches by their id can be followed too.
CREATE TABLE follows_wider (
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('case-study', 'system', 'standard', 'organisation', 'person', 'tag', 'search')),
    thing      TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    delivery   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person_id, kind, thing)
);
INSERT INTO follows_wider SELECT person_id, kind, thing, created_at, delivery FROM follows;
DROP TABLE follows;
ALTER TABLE follows_wider RENAME TO follows;
CREATE INDEX follows_of ON follows (kind, thing, person_id);

-- +goose Down
DELETE FROM follows WHERE kind IN ('tag', 'search');
DROP TABLE search_matches;
DROP TABLE saved_searches;

-- +goose Up
-- What the search index has not seen as it is now, beside case studies, which
-- count their own changes. Each change sets a new mark, so that what was given
-- to the index is told from what has changed while it was given.
CREATE TABLE search_changes (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
INSERT INTO search_changes (kind, id, mark) SELECT 'person', id, '' FROM people;
INSERT INTO search_changes (kind, id, mark) SELECT 'organisation', code, '' FROM organisations WHERE named;
INSERT INTO search_changes (kind, id, mark) SELECT 'system', slug, '' FROM systems;
INSERT INTO search_changes (kind, id, mark) SELECT 'standard', code, '' FROM standards;

-- +goose Down
DROP TABLE search_changes;

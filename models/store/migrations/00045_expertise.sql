-- +goose Up
-- What people say that they know, a row each. Value is a slug, code, name or
-- key; said is what it was called, folded for systems and standards, so that a
-- merge of two can be taken back. Skills are here as well as in people.skills,
-- which is the list as its person has it.
CREATE TABLE expertise (
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL CHECK (kind IN ('skill', 'system', 'standard', 'setting', 'language')),
    value     TEXT NOT NULL,
    said      TEXT NOT NULL,
    PRIMARY KEY (person_id, kind, said)
);
CREATE INDEX expertise_by_value ON expertise (kind, value, person_id);
-- What else a person says with it, and who sees it. Without a row they are found
-- by nobody.
CREATE TABLE expertise_choices (
    person_id  TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    ask_me     TEXT NOT NULL,
    shown      TEXT NOT NULL CHECK (shown IN ('public', 'signed-in', 'organisation')),
    findable   BOOLEAN NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
CREATE INDEX expertise_findable ON expertise_choices (person_id) WHERE findable;
-- +only sqlite
INSERT INTO expertise (person_id, kind, value, said)
SELECT p.id, 'skill', REPLACE(REPLACE(LOWER(s.value), '-', ' '), '&', 'and'), s.value FROM people p, json_each(p.skills) s WHERE p.closed_at IS NULL ON CONFLICT DO NOTHING;
-- +end
-- +only postgres
INSERT INTO expertise (person_id, kind, value, said)
SELECT p.id, 'skill', REPLACE(REPLACE(LOWER(s.value), '-', ' '), '&', 'and'), s.value FROM people p, json_array_elements_text(p.skills::json) AS s (value) WHERE p.closed_at IS NULL ON CONFLICT DO NOTHING;
-- +end
-- That an answer helped, by the word of whoever asked or wrote the case study.
ALTER TABLE comments ADD COLUMN helped_at TIMESTAMP;
ALTER TABLE comments ADD COLUMN helped_by TEXT NOT NULL DEFAULT '';
CREATE INDEX comments_that_helped ON comments (author_id, case_study_id) WHERE helped_at IS NOT NULL;

-- +goose Down
DROP INDEX comments_that_helped;
ALTER TABLE comments DROP COLUMN helped_by;
ALTER TABLE comments DROP COLUMN helped_at;
DROP TABLE expertise_choices;
DROP TABLE expertise;

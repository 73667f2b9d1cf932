-- +goose Up
-- Who was asked for what they know about an idea, and why: a line each of kind and
-- value. That they answered follows from their comments.
CREATE TABLE feedback_asks (
    id            TEXT PRIMARY KEY,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    why           TEXT NOT NULL,
    asked_at      TIMESTAMP NOT NULL,
    declined_at   TIMESTAMP
);
CREATE UNIQUE INDEX feedback_asks_once ON feedback_asks (case_study_id, person_id);
CREATE INDEX feedback_asks_of ON feedback_asks (person_id, asked_at);
-- How often a person wants to be asked. Without a row it is as usual on the site.
CREATE TABLE feedback_choices (
    person_id TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    a_week    INTEGER NOT NULL CHECK (a_week BETWEEN 0 AND 10)
);
-- That a comment is of somebody who was asked before they wrote it.
ALTER TABLE comments ADD COLUMN asked BOOLEAN NOT NULL DEFAULT FALSE;
-- The ideas of which somebody still can be asked.
CREATE INDEX case_studies_ideas ON case_studies (published_at) WHERE stage = 'idea' AND status <> 'withdrawn';

-- +goose Down
DROP INDEX case_studies_ideas;
ALTER TABLE comments DROP COLUMN asked;
DROP TABLE feedback_choices;
DROP TABLE feedback_asks;

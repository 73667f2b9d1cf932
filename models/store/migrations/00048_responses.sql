-- +goose Up
-- Within how many days an organisation wants ideas to be answered. Without a row
-- it is as usual on the site.
CREATE TABLE response_times (
    organisation TEXT PRIMARY KEY,
    days         INTEGER NOT NULL CHECK (days BETWEEN 1 AND 60)
);
-- The ideas that waited for longer, and of which its leads were told.
CREATE TABLE overdue_ideas (
    case_study_id TEXT PRIMARY KEY REFERENCES case_studies (id) ON DELETE CASCADE,
    told_at       TIMESTAMP NOT NULL
);
-- What became of case studies, by those who wrote them and the leads of their
-- organisations: each decision with its reason. The last one stands with the case
-- study, so that its page reads no more than before.
CREATE TABLE decisions (
    id            TEXT PRIMARY KEY,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    status        TEXT NOT NULL CHECK (status IN ('considering', 'planned', 'taken-forward', 'not-taken-forward')),
    reason        TEXT NOT NULL,
    person_id     TEXT NOT NULL REFERENCES people (id),
    made_at       TIMESTAMP NOT NULL
);
CREATE INDEX decisions_of ON decisions (case_study_id, id);
CREATE INDEX decisions_by ON decisions (person_id, id);
ALTER TABLE case_studies ADD COLUMN decision TEXT NOT NULL DEFAULT '';
ALTER TABLE case_studies ADD COLUMN decision_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE case_studies ADD COLUMN decided_at TIMESTAMP;

-- +goose Down
ALTER TABLE case_studies DROP COLUMN decided_at;
ALTER TABLE case_studies DROP COLUMN decision_reason;
ALTER TABLE case_studies DROP COLUMN decision;
DROP TABLE decisions;
DROP TABLE overdue_ideas;
DROP TABLE response_times;

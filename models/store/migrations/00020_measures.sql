-- +goose Up
-- What moderators have done about things and people, each with its reason and
-- the words that its author reads. At most one of a kind stands against a thing,
-- but for warnings.
CREATE TABLE measures (
    id            TEXT PRIMARY KEY,
    action        TEXT NOT NULL CHECK (action IN ('hide', 'lock', 'warn', 'suspend')),
    kind          TEXT NOT NULL CHECK (kind IN ('case-study', 'comment', 'person')),
    subject_id    TEXT NOT NULL,
    case_study_id TEXT NOT NULL DEFAULT '',
    author_id     TEXT NOT NULL REFERENCES people (id),
    moderator_id  TEXT NOT NULL REFERENCES people (id),
    reason        TEXT NOT NULL,
    words         TEXT NOT NULL,
    item_id       TEXT NOT NULL DEFAULT '',
    was_withdrawn BOOLEAN NOT NULL DEFAULT FALSE,
    made_at       TIMESTAMP NOT NULL,
    until         TIMESTAMP,
    read_at       TIMESTAMP,
    lifted_at     TIMESTAMP,
    lifted_by     TEXT NOT NULL DEFAULT '',
    lift_words    TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX measures_standing ON measures (kind, subject_id, action) WHERE lifted_at IS NULL AND action <> 'warn';
CREATE INDEX measures_by_author ON measures (author_id, id);
CREATE INDEX measures_by_subject ON measures (kind, subject_id, id);
-- The measures that hide a case study or a comment, and close its comments.
ALTER TABLE case_studies ADD COLUMN hidden TEXT NOT NULL DEFAULT '';
ALTER TABLE case_studies ADD COLUMN locked TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN hidden TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN hidden_at TIMESTAMP;

-- +goose Down
-- Without the columns a hidden comment would be read again, so it is deleted. A
-- hidden case study stays withdrawn.
UPDATE comments SET body = '', html = '', official = FALSE, deleted_at = hidden_at WHERE hidden <> '' AND deleted_at IS NULL;
ALTER TABLE comments DROP COLUMN hidden_at;
ALTER TABLE comments DROP COLUMN hidden;
ALTER TABLE case_studies DROP COLUMN locked;
ALTER TABLE case_studies DROP COLUMN hidden;
DROP TABLE measures;

-- +goose Up
-- Which revision of the case study each person of a workspace has looked at last, and of
-- which case study that was. workspaces.seen is from where those count who have not looked
-- at one yet.
CREATE TABLE workspace_seen (
    adoption_id TEXT NOT NULL REFERENCES workspaces (adoption_id) ON DELETE CASCADE,
    person_id   TEXT NOT NULL REFERENCES people (id),
    study_id    TEXT NOT NULL,
    revision    BIGINT NOT NULL,
    seen_at     TIMESTAMP NOT NULL,
    PRIMARY KEY (adoption_id, person_id)
);
CREATE INDEX workspace_seen_of ON workspace_seen (person_id, adoption_id);
-- What was marked as read so far was so for all of its people.
INSERT INTO workspace_seen (adoption_id, person_id, study_id, revision, seen_at)
    SELECT w.adoption_id, p.person_id, w.study_id, w.seen, p.added_at FROM workspaces w JOIN workspace_people p ON p.adoption_id = w.adoption_id WHERE w.seen > 0;

-- +goose Down
DROP TABLE workspace_seen;

-- +goose Up
-- The private workspace of an adoption: it goes with it, and moves where it moves.
CREATE TABLE workspaces (
    adoption_id TEXT PRIMARY KEY REFERENCES adoptions (id) ON DELETE CASCADE,
    -- Of what the plan was made last: the case study, which is another one once it was merged,
    -- and its revision; 0 while there is no such plan.
    study_id    TEXT NOT NULL DEFAULT '',
    revision    BIGINT NOT NULL DEFAULT 0,
    last_cycle  BIGINT NOT NULL DEFAULT 0, -- number of the last cycle that was begun
    created_at  TIMESTAMP NOT NULL
);
-- Who reads and writes it beside its owner and the leads of the organisation.
CREATE TABLE workspace_people (
    adoption_id TEXT NOT NULL REFERENCES workspaces (adoption_id) ON DELETE CASCADE,
    person_id   TEXT NOT NULL REFERENCES people (id),
    added_by    TEXT NOT NULL REFERENCES people (id),
    added_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (adoption_id, person_id)
);
CREATE INDEX workspace_people_of ON workspace_people (person_id, adoption_id);
CREATE INDEX workspace_people_by ON workspace_people (added_by, adoption_id);
CREATE TABLE workspace_tasks (
    id          TEXT PRIMARY KEY,
    adoption_id TEXT NOT NULL REFERENCES workspaces (adoption_id) ON DELETE CASCADE,
    position    BIGINT NOT NULL,
    words       TEXT NOT NULL,
    step        TEXT NOT NULL DEFAULT '', -- of the case study that it was made from, as it stood there; empty for one of their own
    person_id   TEXT REFERENCES people (id), -- whose it is; none while it is nobody's
    due         TEXT NOT NULL DEFAULT '', -- YYYY-MM-DD in London
    done_at     TIMESTAMP,
    created_by  TEXT NOT NULL REFERENCES people (id),
    created_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX workspace_tasks_of ON workspace_tasks (adoption_id, position);
CREATE INDEX workspace_tasks_person ON workspace_tasks (person_id, id);
CREATE INDEX workspace_tasks_by ON workspace_tasks (created_by, id);
-- Plan, do, study, act.
CREATE TABLE workspace_cycles (
    id          TEXT PRIMARY KEY,
    adoption_id TEXT NOT NULL REFERENCES workspaces (adoption_id) ON DELETE CASCADE,
    number      BIGINT NOT NULL,
    plan        TEXT NOT NULL,
    prediction  TEXT NOT NULL,
    did         TEXT NOT NULL DEFAULT '',
    studied     TEXT NOT NULL DEFAULT '',
    act         TEXT NOT NULL DEFAULT '' CHECK (act IN ('', 'adopt', 'adapt', 'abandon')),
    next        TEXT NOT NULL DEFAULT '',
    started     TEXT NOT NULL DEFAULT '', -- YYYY-MM-DD
    ended       TEXT NOT NULL DEFAULT '',
    created_by  TEXT NOT NULL REFERENCES people (id),
    created_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1,
    UNIQUE (adoption_id, number)
);
CREATE INDEX workspace_cycles_by ON workspace_cycles (created_by, id);
CREATE TABLE workspace_links (
    id          TEXT PRIMARY KEY,
    adoption_id TEXT NOT NULL REFERENCES workspaces (adoption_id) ON DELETE CASCADE,
    title       TEXT NOT NULL,
    url         TEXT NOT NULL,
    added_by    TEXT NOT NULL REFERENCES people (id),
    added_at    TIMESTAMP NOT NULL
);
CREATE INDEX workspace_links_of ON workspace_links (adoption_id, id);
CREATE INDEX workspace_links_by ON workspace_links (added_by, id);

-- +goose Down
DROP TABLE workspace_links;
DROP TABLE workspace_cycles;
DROP TABLE workspace_tasks;
DROP TABLE workspace_people;
DROP TABLE workspaces;

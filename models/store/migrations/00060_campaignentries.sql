-- +goose Up
-- Case studies in campaigns, each once. revision is what is judged. arrived_at is when the
-- request came that entered it, or that came too late, by the clock of the server.
CREATE TABLE campaign_entries (
    id            TEXT PRIMARY KEY,
    campaign_id   TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    owner_id      TEXT NOT NULL REFERENCES people (id),
    state         TEXT NOT NULL CHECK (state IN ('draft', 'entered', 'withdrawn')),
    revision      BIGINT NOT NULL DEFAULT 0,
    answers       TEXT NOT NULL DEFAULT '[]',
    arrived_at    TIMESTAMP,
    late          BOOLEAN NOT NULL DEFAULT FALSE,
    late_reason   TEXT NOT NULL DEFAULT '',
    late_by       TEXT REFERENCES people (id),
    reminded_at   TIMESTAMP,
    version       BIGINT NOT NULL DEFAULT 1,
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX campaign_entries_once ON campaign_entries (campaign_id, case_study_id);
CREATE INDEX campaign_entries_state ON campaign_entries (campaign_id, state, id);
CREATE INDEX campaign_entries_of ON campaign_entries (case_study_id);
CREATE INDEX campaign_entries_owner ON campaign_entries (owner_id, id);
CREATE INDEX campaign_entries_late_by ON campaign_entries (late_by);

-- +goose Down
DROP TABLE campaign_entries;

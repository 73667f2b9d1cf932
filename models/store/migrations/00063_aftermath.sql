-- +goose Up
-- How often the page of a campaign was opened on a day of London: a sum, and nothing of
-- who opened it.
CREATE TABLE campaign_views (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    day         TEXT NOT NULL,
    views       BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, day)
);
-- Whom a campaign reached, counted once when its results are out, as it is shown: so that
-- nobody can be told by how a number changes. JSON.
CREATE TABLE campaign_reach (
    campaign_id TEXT PRIMARY KEY REFERENCES campaigns (id) ON DELETE CASCADE,
    counts      TEXT NOT NULL,
    counted_at  TIMESTAMP NOT NULL
);
-- What organisers say that was learnt, every revision of it.
CREATE TABLE campaign_lessons (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    revision    BIGINT NOT NULL,
    body        TEXT NOT NULL,
    person_id   TEXT NOT NULL REFERENCES people (id),
    created_at  TIMESTAMP NOT NULL,
    PRIMARY KEY (campaign_id, revision)
);
CREATE INDEX campaign_lessons_by ON campaign_lessons (person_id, campaign_id, revision);
-- What there is to award in a campaign, in pence.
CREATE TABLE campaign_funds (
    campaign_id TEXT PRIMARY KEY REFERENCES campaigns (id) ON DELETE CASCADE,
    pence       BIGINT NOT NULL CHECK (pence >= 0),
    version     BIGINT NOT NULL DEFAULT 1
);
-- What was awarded to entries, in pence.
CREATE TABLE campaign_awards (
    id            TEXT PRIMARY KEY,
    campaign_id   TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    pence         BIGINT NOT NULL CHECK (pence > 0),
    purpose       TEXT NOT NULL,
    organisation  TEXT NOT NULL DEFAULT '',
    awarded_on    TEXT NOT NULL,
    note          TEXT NOT NULL DEFAULT '',
    person_id     TEXT NOT NULL REFERENCES people (id),
    version       BIGINT NOT NULL DEFAULT 1,
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL
);
CREATE INDEX campaign_awards_of ON campaign_awards (campaign_id, id);
CREATE INDEX campaign_awards_study ON campaign_awards (case_study_id);
CREATE INDEX campaign_awards_by ON campaign_awards (person_id, id);

-- +goose Down
DROP TABLE campaign_awards;
DROP TABLE campaign_funds;
DROP TABLE campaign_lessons;
DROP TABLE campaign_reach;
DROP TABLE campaign_views;

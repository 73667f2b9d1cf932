-- +goose Up
-- How a campaign is judged. seed is what decides by lot who judges what.
CREATE TABLE campaign_panels (
    campaign_id TEXT PRIMARY KEY REFERENCES campaigns (id) ON DELETE CASCADE,
    per_entry   BIGINT NOT NULL,
    blind       BOOLEAN NOT NULL,
    tie         TEXT NOT NULL,
    seed        BIGINT NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1
);
-- Who is asked to judge; answered_at is empty while they have not said.
CREATE TABLE campaign_judges (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    person_id   TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    invited_by  TEXT NOT NULL REFERENCES people (id),
    invited_at  TIMESTAMP NOT NULL,
    answered_at TIMESTAMP,
    accepted    BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (campaign_id, person_id)
);
CREATE INDEX campaign_judges_of ON campaign_judges (person_id, campaign_id);
CREATE INDEX campaign_judges_by ON campaign_judges (invited_by);
-- What a judge may not judge, by their own word.
CREATE TABLE campaign_conflicts (
    campaign_id   TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    declared_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (campaign_id, case_study_id, person_id)
);
CREATE INDEX campaign_conflicts_of ON campaign_conflicts (person_id, campaign_id);
CREATE INDEX campaign_conflicts_study ON campaign_conflicts (case_study_id);
-- Who judges what, and what they said. scores has a number for each criterion that was
-- scored, as JSON; note is for the judge alone, feedback for those who entered.
CREATE TABLE campaign_scorecards (
    campaign_id   TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    scores        TEXT NOT NULL DEFAULT '{}',
    note          TEXT NOT NULL DEFAULT '',
    feedback      TEXT NOT NULL DEFAULT '',
    version       BIGINT NOT NULL DEFAULT 1,
    assigned_at   TIMESTAMP NOT NULL,
    changed_at    TIMESTAMP,
    submitted_at  TIMESTAMP,
    PRIMARY KEY (campaign_id, case_study_id, person_id)
);
CREATE INDEX campaign_scorecards_of ON campaign_scorecards (person_id, campaign_id);
CREATE INDEX campaign_scorecards_study ON campaign_scorecards (case_study_id);
-- What became of an entry, and why.
CREATE TABLE campaign_decisions (
    campaign_id   TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    outcome       TEXT NOT NULL CHECK (outcome IN ('winner', 'commended', 'not-chosen')),
    reasoning     TEXT NOT NULL,
    person_id     TEXT NOT NULL REFERENCES people (id),
    decided_at    TIMESTAMP NOT NULL,
    version       BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (campaign_id, case_study_id)
);
CREATE INDEX campaign_decisions_study ON campaign_decisions (case_study_id);
CREATE INDEX campaign_decisions_by ON campaign_decisions (person_id);

-- +goose Down
DROP TABLE campaign_decisions;
DROP TABLE campaign_scorecards;
DROP TABLE campaign_conflicts;
DROP TABLE campaign_judges;
DROP TABLE campaign_panels;

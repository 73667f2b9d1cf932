-- +goose Up
-- What organisers decided of an entry in the stage of shortlisting: whether it goes to the
-- judges, and why, which those who entered read with the results.
CREATE TABLE campaign_shortlist (
    campaign_id   TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    chosen        BOOLEAN NOT NULL,
    reason        TEXT NOT NULL DEFAULT '',
    person_id     TEXT NOT NULL REFERENCES people (id),
    decided_at    TIMESTAMP NOT NULL,
    version       BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (campaign_id, case_study_id)
);
CREATE INDEX campaign_shortlist_study ON campaign_shortlist (case_study_id);
CREATE INDEX campaign_shortlist_by ON campaign_shortlist (person_id);

-- +goose Down
DROP TABLE campaign_shortlist;

-- +goose Up
-- What somebody answered to the questions of a campaign for a new idea that was only kept
-- as a draft: it has no case study yet, so there can be no entry. The last of each person's.
CREATE TABLE campaign_answers_aside (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    person_id   TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    answers     TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    PRIMARY KEY (campaign_id, person_id)
);
CREATE INDEX campaign_answers_aside_of ON campaign_answers_aside (person_id);

-- +goose Down
DROP TABLE campaign_answers_aside;

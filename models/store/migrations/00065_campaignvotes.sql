-- +goose Up
-- How people vote in a campaign. have is the votes, credits or pairs of each.
CREATE TABLE campaign_ballots (
    campaign_id TEXT PRIMARY KEY REFERENCES campaigns (id) ON DELETE CASCADE,
    rule        TEXT NOT NULL CHECK (rule IN ('open', 'equal', 'quadratic', 'pairwise')),
    have        BIGINT NOT NULL,
    secret      BOOLEAN NOT NULL,
    counts      TEXT NOT NULL CHECK (counts IN ('never', 'after', 'always')),
    stage       TEXT NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1
);
-- Who voted, without when: of a secret vote nothing else is kept of a person.
CREATE TABLE campaign_voters (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    person_id   TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (campaign_id, person_id)
);
CREATE INDEX campaign_voters_of ON campaign_voters (person_id, campaign_id);
-- What was voted where the vote is not secret.
CREATE TABLE campaign_votes (
    campaign_id   TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    votes         BIGINT NOT NULL,
    cast_at       TIMESTAMP NOT NULL,
    PRIMARY KEY (campaign_id, person_id, case_study_id)
);
CREATE INDEX campaign_votes_for ON campaign_votes (campaign_id, case_study_id);
CREATE INDEX campaign_votes_of ON campaign_votes (person_id, campaign_id);
CREATE INDEX campaign_votes_study ON campaign_votes (case_study_id);
-- What was voted where it is secret: sums alone, no row of a ballot. alone is how many
-- ballots named nothing else.
CREATE TABLE campaign_tallies (
    campaign_id   TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    votes         BIGINT NOT NULL DEFAULT 0,
    ballots       BIGINT NOT NULL DEFAULT 0,
    alone         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (campaign_id, case_study_id)
);
CREATE INDEX campaign_tallies_study ON campaign_tallies (case_study_id);
-- Which of two somebody prefers; first and second are the two in the order of their ids.
CREATE TABLE campaign_pairs (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    person_id   TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    first_id    TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    second_id   TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    winner_id   TEXT NOT NULL,
    cast_at     TIMESTAMP NOT NULL,
    PRIMARY KEY (campaign_id, person_id, first_id, second_id)
);
CREATE INDEX campaign_pairs_of ON campaign_pairs (person_id, campaign_id);
CREATE INDEX campaign_pairs_first ON campaign_pairs (first_id);
CREATE INDEX campaign_pairs_second ON campaign_pairs (second_id);

-- +goose Down
DROP TABLE campaign_pairs;
DROP TABLE campaign_tallies;
DROP TABLE campaign_votes;
DROP TABLE campaign_voters;
DROP TABLE campaign_ballots;

-- +goose Up
-- Case studies that moderators found to be of the same thing: the first was
-- merged into the second. What moved is kept, so that it can be taken back.
CREATE TABLE case_study_merges (
    from_id   TEXT PRIMARY KEY REFERENCES case_studies (id) ON DELETE CASCADE,
    into_id   TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    by_id     TEXT NOT NULL REFERENCES people (id),
    words     TEXT NOT NULL,
    merged_at TIMESTAMP NOT NULL
);
CREATE INDEX case_study_merges_into ON case_study_merges (into_id, merged_at);
-- Who had voted for the first. Came tells that the vote for the second is there
-- because of it.
CREATE TABLE merged_votes (
    from_id   TEXT NOT NULL REFERENCES case_study_merges (from_id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    came      BOOLEAN NOT NULL,
    PRIMARY KEY (from_id, person_id)
);
CREATE TABLE merged_comments (
    from_id    TEXT NOT NULL REFERENCES case_study_merges (from_id) ON DELETE CASCADE,
    comment_id TEXT NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    official   BOOLEAN NOT NULL,
    PRIMARY KEY (from_id, comment_id)
);

-- How many were merged into it, so that only the page of one with any asks.
ALTER TABLE case_studies ADD COLUMN merged BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE case_studies DROP COLUMN merged;
DROP TABLE merged_comments;
DROP TABLE merged_votes;
DROP TABLE case_study_merges;

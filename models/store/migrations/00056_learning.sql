-- +goose Up
-- What those who wrote a case study mark in its text as learnt, of those that
-- everybody may read. It is derived, as facets are: see docs/learning.md.
CREATE TABLE learning_points (
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    number        BIGINT NOT NULL,
    words         TEXT NOT NULL,
    PRIMARY KEY (case_study_id, number)
);

-- +goose Down
DROP TABLE learning_points;

-- +goose Up
-- Votes and other counts are counted apart from what is written. Other instances
-- are not told of them, and the search index sees them later: it has to read a
-- whole text anew for a number beside it.
ALTER TABLE case_studies ADD COLUMN tallies BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_studies ADD COLUMN tallied BIGINT NOT NULL DEFAULT 0;
CREATE INDEX case_studies_to_tally ON case_studies (id) WHERE tallies > tallied;

-- +goose Down
DROP INDEX case_studies_to_tally;
UPDATE case_studies SET changes = changes + 1 WHERE tallies > tallied;
ALTER TABLE case_studies DROP COLUMN tallied;
ALTER TABLE case_studies DROP COLUMN tallies;

-- +goose Up
-- Who merged a case study into another, when and why is said by the measure of
-- the merge. One from before there were such measures gets one, with the id of
-- the case study.
INSERT INTO measures (id, action, kind, subject_id, case_study_id, author_id, moderator_id, reason, words, made_at)
    SELECT c.from_id, 'merge', 'case-study', c.from_id, c.from_id, s.owner_id, c.by_id, 'duplicate', c.words, c.merged_at
    FROM case_study_merges c JOIN case_studies s ON s.id = c.from_id
    WHERE NOT EXISTS (SELECT 1 FROM measures m WHERE m.action = 'merge' AND m.subject_id = c.from_id AND m.lifted_at IS NULL);
ALTER TABLE case_study_merges ADD COLUMN measure_id TEXT NOT NULL DEFAULT '';
UPDATE case_study_merges SET measure_id = (SELECT m.id FROM measures m WHERE m.action = 'merge' AND m.subject_id = case_study_merges.from_id AND m.lifted_at IS NULL);
DROP INDEX case_study_merges_into;
ALTER TABLE case_study_merges DROP COLUMN by_id;
ALTER TABLE case_study_merges DROP COLUMN words;
ALTER TABLE case_study_merges DROP COLUMN merged_at;
CREATE INDEX case_study_merges_into ON case_study_merges (into_id);

-- +goose Down
ALTER TABLE case_study_merges ADD COLUMN by_id TEXT REFERENCES people (id);
ALTER TABLE case_study_merges ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE case_study_merges ADD COLUMN merged_at TIMESTAMP;
UPDATE case_study_merges SET by_id = (SELECT m.moderator_id FROM measures m WHERE m.id = case_study_merges.measure_id),
    words = (SELECT m.words FROM measures m WHERE m.id = case_study_merges.measure_id),
    merged_at = (SELECT m.made_at FROM measures m WHERE m.id = case_study_merges.measure_id);
DROP INDEX case_study_merges_into;
ALTER TABLE case_study_merges DROP COLUMN measure_id;
CREATE INDEX case_study_merges_into ON case_study_merges (into_id, merged_at);

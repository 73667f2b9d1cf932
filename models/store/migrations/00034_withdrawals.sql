-- +goose Up
-- Why somebody else than the person who posted it has withdrawn a case study, as
-- long as it is withdrawn.
CREATE TABLE withdrawals (
    case_study_id TEXT PRIMARY KEY REFERENCES case_studies (id) ON DELETE CASCADE,
    by_id         TEXT NOT NULL REFERENCES people (id),
    words         TEXT NOT NULL,
    made_at       TIMESTAMP NOT NULL
);
-- A copy from another instance is hidden by a measure like anything else. What
-- was hidden before there were words has none; its measure has the id of the copy.
INSERT INTO measures (id, action, kind, subject_id, case_study_id, author_id, moderator_id, reason, words, made_at)
    SELECT c.case_study_id, 'hide', 'case-study', c.case_study_id, c.case_study_id, s.owner_id,
        COALESCE((SELECT MIN(p.id) FROM people p WHERE p.name = c.hidden_by), s.owner_id), 'other', 'It was withdrawn here when no reason was asked for.', c.hidden_at
    FROM exchange_copies c JOIN case_studies s ON s.id = c.case_study_id WHERE c.hidden_at IS NOT NULL;
UPDATE case_studies SET hidden = id WHERE id IN (SELECT case_study_id FROM exchange_copies WHERE hidden_at IS NOT NULL);
ALTER TABLE exchange_copies DROP COLUMN hidden_at;
ALTER TABLE exchange_copies DROP COLUMN hidden_by;

-- +goose Down
ALTER TABLE exchange_copies ADD COLUMN hidden_at TIMESTAMP;
ALTER TABLE exchange_copies ADD COLUMN hidden_by TEXT NOT NULL DEFAULT '';
-- What is hidden stays so. The measures of copies go with their words.
UPDATE exchange_copies SET
    hidden_at = (SELECT m.made_at FROM measures m JOIN case_studies s ON s.hidden = m.id WHERE s.id = exchange_copies.case_study_id),
    hidden_by = COALESCE((SELECT p.name FROM people p JOIN measures m ON m.moderator_id = p.id JOIN case_studies s ON s.hidden = m.id WHERE s.id = exchange_copies.case_study_id), '');
UPDATE case_studies SET hidden = '' WHERE id IN (SELECT case_study_id FROM exchange_copies);
DELETE FROM measures WHERE action = 'hide' AND kind = 'case-study' AND subject_id IN (SELECT case_study_id FROM exchange_copies);
DROP TABLE withdrawals;

-- Lists can be filtered by the tier of the NICE evidence standards framework. What has one already gets its facet here, and
-- counts as changed, so that the search index takes it up.

-- +goose Up
-- +only sqlite
INSERT INTO case_study_facets (facet, value, case_study_id)
SELECT 'nice_tier', json_extract(r.document, '$.nice_evidence.tier'), c.id FROM case_studies c
JOIN revisions r ON r.case_study_id = c.id AND r.number = c.revision
WHERE c.status = 'published' AND r.document LIKE '%"nice_evidence"%' AND json_extract(r.document, '$.nice_evidence.tier') IN ('A', 'B', 'C');
-- +end
-- +only postgres
INSERT INTO case_study_facets (facet, value, case_study_id)
SELECT 'nice_tier', r.document::jsonb -> 'nice_evidence' ->> 'tier', c.id FROM case_studies c
JOIN revisions r ON r.case_study_id = c.id AND r.number = c.revision
WHERE c.status = 'published' AND r.document LIKE '%"nice_evidence"%' AND r.document::jsonb -> 'nice_evidence' ->> 'tier' IN ('A', 'B', 'C');
-- +end
UPDATE case_studies SET changes = changes + 1 WHERE id IN (SELECT case_study_id FROM case_study_facets WHERE facet = 'nice_tier');

-- +goose Down
DELETE FROM case_study_facets WHERE facet = 'nice_tier';

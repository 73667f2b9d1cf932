-- +goose Up
-- When somebody who may change a case study last said that it is still right, when it is to be
-- read again, and when its authors and the leads of its organisation were asked for that. What
-- is there already gets its day from the job that asks, since it stands in the document.
ALTER TABLE case_studies ADD COLUMN reviewed_at TIMESTAMP;
ALTER TABLE case_studies ADD COLUMN review_due TIMESTAMP;
ALTER TABLE case_studies ADD COLUMN review_asked_at TIMESTAMP;
ALTER TABLE case_studies ADD COLUMN review_lead_asked_at TIMESTAMP;
CREATE INDEX case_studies_review ON case_studies (review_due, id);

-- +goose Down
DROP INDEX case_studies_review;
ALTER TABLE case_studies DROP COLUMN review_lead_asked_at;
ALTER TABLE case_studies DROP COLUMN review_asked_at;
ALTER TABLE case_studies DROP COLUMN review_due;
ALTER TABLE case_studies DROP COLUMN reviewed_at;

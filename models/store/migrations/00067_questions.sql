-- +goose Up
-- The question of a comment that somebody was asked about; none for an idea.
ALTER TABLE feedback_asks ADD COLUMN question_id TEXT REFERENCES comments (id) ON DELETE CASCADE;
CREATE INDEX feedback_asks_question ON feedback_asks (question_id) WHERE question_id IS NOT NULL;
CREATE INDEX comments_questions ON comments (created_at) WHERE kind = 'question' AND parent_id = '' AND deleted_at IS NULL;

-- +goose Down
DROP INDEX comments_questions;
DROP INDEX feedback_asks_question;
ALTER TABLE feedback_asks DROP COLUMN question_id;

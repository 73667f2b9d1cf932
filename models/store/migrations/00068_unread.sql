-- +goose Up
-- Who has not read yet what they were told of a case study, to count again when it
-- goes or comes back.
CREATE INDEX notifications_unread_about ON notifications (case_study_id, person_id) WHERE read_at IS NULL;
-- What is gone was counted until now.
UPDATE people SET unread = (SELECT COUNT(*) FROM notifications LEFT JOIN case_studies ON case_studies.id = notifications.case_study_id LEFT JOIN comments ON comments.id = notifications.comment_id
    WHERE notifications.person_id = people.id AND notifications.read_at IS NULL AND (notifications.case_study_id IS NULL OR case_studies.status <> 'withdrawn')
    AND (notifications.comment_id = '' OR comments.deleted_at IS NULL AND comments.hidden = '')
    AND (notifications.reason <> 'invited' OR EXISTS (SELECT 1 FROM collection_editors e WHERE e.collection_id = notifications.detail AND e.person_id = notifications.person_id)))
WHERE unread > 0;

-- +goose Down
DROP INDEX notifications_unread_about;

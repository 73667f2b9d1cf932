-- +goose Up
-- What people say to those who did what a case study describes.
CREATE TABLE thanks (
    id            TEXT PRIMARY KEY,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    from_id       TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    reason        TEXT NOT NULL,
    words         TEXT NOT NULL DEFAULT '',
    created_at    TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX thanks_once ON thanks (case_study_id, from_id);
CREATE INDEX thanks_from ON thanks (from_id, created_at);
-- hidden says that the person does not show it on their page.
CREATE TABLE thanks_people (
    thanks_id TEXT NOT NULL REFERENCES thanks (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    hidden    BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (thanks_id, person_id)
);
CREATE INDEX thanks_people_of ON thanks_people (person_id, thanks_id);

-- +goose Down
DELETE FROM notifications WHERE reason = 'thanks';
UPDATE people SET unread = (SELECT COUNT(*) FROM notifications n WHERE n.person_id = people.id AND n.read_at IS NULL) WHERE unread > 0;
DROP TABLE thanks_people;
DROP TABLE thanks;

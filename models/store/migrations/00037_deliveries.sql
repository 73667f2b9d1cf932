-- +goose Up
-- How a person hears of things, and when. Who has chosen nothing has no row.
-- Hours are of the clock where they are; choices is JSON, from a kind to a way.
CREATE TABLE notify_settings (
    person_id   TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    choices     TEXT NOT NULL DEFAULT '{}',
    time_zone   TEXT NOT NULL,
    quiet       BOOLEAN NOT NULL,
    quiet_from  BIGINT NOT NULL,
    quiet_to    BIGINT NOT NULL,
    digest_day  BIGINT NOT NULL,
    digest_hour BIGINT NOT NULL,
    stopped_at  TIMESTAMP,
    stopped_why TEXT NOT NULL DEFAULT ''
);
-- How they hear of one thing that they follow, where that is not as usual.
ALTER TABLE follows ADD COLUMN delivery TEXT NOT NULL DEFAULT '';
-- How they were to hear of this, decided when they were told; of a thing that
-- they follow when by_thing is true. What was told before stays in the site.
ALTER TABLE notifications ADD COLUMN delivery TEXT NOT NULL DEFAULT 'site';
ALTER TABLE notifications ADD COLUMN by_thing BOOLEAN NOT NULL DEFAULT FALSE;
-- The e-mail that it went with, or would have gone with.
ALTER TABLE notifications ADD COLUMN email_id TEXT NOT NULL DEFAULT '';
CREATE INDEX notifications_to_mail ON notifications (person_id, delivery) WHERE email_id = '' AND delivery <> 'site';
CREATE INDEX notifications_mailed ON notifications (email_id) WHERE email_id <> '';

-- +goose Down
DROP INDEX notifications_mailed;
DROP INDEX notifications_to_mail;
ALTER TABLE notifications DROP COLUMN email_id;
ALTER TABLE notifications DROP COLUMN by_thing;
ALTER TABLE notifications DROP COLUMN delivery;
ALTER TABLE follows DROP COLUMN delivery;
DROP TABLE notify_settings;

-- +goose Up
-- Where a team of an organisation is told of new case studies: a channel of
-- Microsoft Teams or Slack, by an address that is a secret and so sealed. host is
-- the part of it that may be shown; hears is JSON, a list of what it is told of, as
-- "system:systmone".
CREATE TABLE channels (
    id           TEXT PRIMARY KEY,
    organisation TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('teams', 'slack')),
    address      TEXT NOT NULL,
    host         TEXT NOT NULL,
    hears        TEXT NOT NULL DEFAULT '[]',
    created_by   TEXT NOT NULL REFERENCES people (id),
    created_at   TIMESTAMP NOT NULL
);
CREATE INDEX channels_of ON channels (organisation, id);
-- What was posted there, each case study once; a test is of none.
CREATE TABLE channel_posts (
    id            TEXT PRIMARY KEY,
    channel_id    TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL DEFAULT '',
    state         TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'failed', 'dropped')),
    attempts      BIGINT NOT NULL DEFAULT 0,
    error         TEXT NOT NULL DEFAULT '',
    created_at    TIMESTAMP NOT NULL
);
CREATE INDEX channel_posts_of ON channel_posts (channel_id, id);
CREATE INDEX channel_posts_by_age ON channel_posts (created_at);
CREATE UNIQUE INDEX channel_posts_once ON channel_posts (channel_id, case_study_id) WHERE case_study_id <> '';

-- +goose Down
DROP TABLE channel_posts;
DROP TABLE channels;

-- +goose Up
-- Private questions to those who wrote a case study, or to somebody who knows
-- something. Only those in it read it. waiting_since is null while nobody has to
-- answer.
CREATE TABLE conversations (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('question', 'visit')),
    case_study_id TEXT NOT NULL DEFAULT '',
    title         TEXT NOT NULL DEFAULT '',
    state         TEXT NOT NULL CHECK (state IN ('open', 'answered', 'declined')),
    created_at    TIMESTAMP NOT NULL,
    last_at       TIMESTAMP NOT NULL,
    waiting_since TIMESTAMP
);
CREATE TABLE conversation_people (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    person_id       TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    part            TEXT NOT NULL CHECK (part IN ('asker', 'asked')),
    read_at         TIMESTAMP,
    left_at         TIMESTAMP,
    PRIMARY KEY (conversation_id, person_id)
);
CREATE INDEX conversation_people_of ON conversation_people (person_id, conversation_id);
CREATE TABLE messages (
    id              TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    author_id       TEXT NOT NULL REFERENCES people (id),
    body            TEXT NOT NULL,
    created_at      TIMESTAMP NOT NULL
);
CREATE INDEX messages_of ON messages (conversation_id, id);
CREATE INDEX messages_by ON messages (author_id, id);
-- Who takes no questions of whom any more.
CREATE TABLE conversation_blocks (
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    blocked_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, blocked_id)
);
CREATE INDEX conversation_blocks_of ON conversation_blocks (blocked_id);

-- What people are told is not about a case study always.
-- +only postgres
ALTER TABLE notifications ALTER COLUMN case_study_id DROP NOT NULL;
-- +end
-- +only sqlite
CREATE TABLE notifications_wider (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    event         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    case_study_id TEXT REFERENCES case_studies (id) ON DELETE CASCADE,
    comment_id    TEXT NOT NULL DEFAULT '',
    actor_id      TEXT NOT NULL REFERENCES people (id),
    detail        TEXT NOT NULL DEFAULT '',
    created_at    TIMESTAMP NOT NULL,
    read_at       TIMESTAMP,
    delivery      TEXT NOT NULL DEFAULT 'site',
    by_thing      BOOLEAN NOT NULL DEFAULT FALSE,
    email_id      TEXT NOT NULL DEFAULT ''
);
INSERT INTO notifications_wider SELECT id, person_id, event, reason, case_study_id, comment_id, actor_id, detail, created_at, read_at, delivery, by_thing, email_id FROM notifications;
DROP TABLE notifications;
ALTER TABLE notifications_wider RENAME TO notifications;
CREATE UNIQUE INDEX notifications_once ON notifications (person_id, event);
CREATE INDEX notifications_of ON notifications (person_id, id);
CREATE INDEX notifications_by_age ON notifications (created_at);
CREATE INDEX notifications_to_mail ON notifications (person_id, delivery) WHERE email_id = '' AND delivery <> 'site';
CREATE INDEX notifications_mailed ON notifications (email_id, id) WHERE email_id <> '';
-- +end

CREATE TABLE overrides_wider (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id),
    subject       TEXT NOT NULL CHECK (subject IN ('case-study', 'comment', 'adoption', 'profile', 'file', 'organisation', 'system', 'standard', 'token', 'webhook', 'synonyms', 'answer', 'message')),
    subject_id    TEXT NOT NULL,
    case_study_id TEXT NOT NULL DEFAULT '',
    field         TEXT NOT NULL,
    kind          TEXT NOT NULL,
    reason        TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL
);
INSERT INTO overrides_wider SELECT id, person_id, subject, subject_id, case_study_id, field, kind, reason, created_at FROM overrides;
DROP TABLE overrides;
ALTER TABLE overrides_wider RENAME TO overrides;
CREATE INDEX overrides_by_kind ON overrides (kind, id);
CREATE INDEX overrides_by_reason ON overrides (reason, id);
CREATE INDEX overrides_by_case_study ON overrides (case_study_id, id);

-- +goose Down
DELETE FROM overrides WHERE subject = 'message';
DELETE FROM notifications WHERE case_study_id IS NULL;
UPDATE people SET unread = (SELECT COUNT(*) FROM notifications n WHERE n.person_id = people.id AND n.read_at IS NULL) WHERE unread > 0;
-- +only postgres
ALTER TABLE notifications ALTER COLUMN case_study_id SET NOT NULL;
-- +end
DROP TABLE conversation_blocks;
DROP TABLE messages;
DROP TABLE conversation_people;
DROP TABLE conversations;

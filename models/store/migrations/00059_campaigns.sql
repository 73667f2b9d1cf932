-- +goose Up
-- Questions that organisers ask of many. Who may enter, the criteria and the questions
-- are lists in JSON. opens_at, closes_at and results_at are dates of its stages, by
-- which lists are read.
CREATE TABLE campaigns (
    id            TEXT PRIMARY KEY,
    slug          TEXT NOT NULL,
    title         TEXT NOT NULL,
    brief         TEXT NOT NULL DEFAULT '',
    sponsor       TEXT NOT NULL DEFAULT '',
    template      TEXT NOT NULL,
    owner_id      TEXT NOT NULL REFERENCES people (id),
    organisations TEXT NOT NULL DEFAULT '[]',
    regions       TEXT NOT NULL DEFAULT '[]',
    staff_groups  TEXT NOT NULL DEFAULT '[]',
    criteria      TEXT NOT NULL DEFAULT '[]',
    questions     TEXT NOT NULL DEFAULT '[]',
    copied_from   TEXT NOT NULL DEFAULT '',
    published_at  TIMESTAMP,
    opens_at      TIMESTAMP,
    closes_at     TIMESTAMP,
    results_at    TIMESTAMP,
    version       BIGINT NOT NULL DEFAULT 1,
    created_at    TIMESTAMP NOT NULL,
    updated_at    TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX campaigns_slug ON campaigns (slug);
CREATE INDEX campaigns_owner ON campaigns (owner_id, id);
CREATE INDEX campaigns_published ON campaigns (id) WHERE published_at IS NOT NULL;
-- When each stage begins; moved_at is when what that brings was done.
CREATE TABLE campaign_stages (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    stage       TEXT NOT NULL,
    starts_at   TIMESTAMP NOT NULL,
    moved_at    TIMESTAMP,
    PRIMARY KEY (campaign_id, stage)
);
CREATE INDEX campaign_stages_due ON campaign_stages (starts_at) WHERE moved_at IS NULL;
-- Stages that were made to last longer, which everybody sees.
CREATE TABLE campaign_extensions (
    id          TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    stage       TEXT NOT NULL,
    was         TIMESTAMP NOT NULL,
    until       TIMESTAMP NOT NULL,
    reason      TEXT NOT NULL,
    person_id   TEXT NOT NULL REFERENCES people (id),
    created_at  TIMESTAMP NOT NULL
);
CREATE INDEX campaign_extensions_of ON campaign_extensions (campaign_id, id);
CREATE INDEX campaign_extensions_by ON campaign_extensions (person_id, id);
CREATE TABLE overrides_wider (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id),
    subject       TEXT NOT NULL CHECK (subject IN ('case-study', 'comment', 'adoption', 'profile', 'file', 'organisation', 'system', 'standard', 'token', 'webhook', 'synonyms', 'answer', 'message', 'collection', 'campaign')),
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
CREATE TABLE follows_wider (
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('case-study', 'system', 'standard', 'organisation', 'person', 'tag', 'search', 'campaign')),
    thing      TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    delivery   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person_id, kind, thing)
);
INSERT INTO follows_wider SELECT person_id, kind, thing, created_at, delivery FROM follows;
DROP TABLE follows;
ALTER TABLE follows_wider RENAME TO follows;
CREATE INDEX follows_of ON follows (kind, thing, person_id);

-- +goose Down
DELETE FROM notifications WHERE reason = 'campaign';
UPDATE people SET unread = (SELECT COUNT(*) FROM notifications n WHERE n.person_id = people.id AND n.read_at IS NULL) WHERE unread > 0;
CREATE TABLE follows_narrower (
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('case-study', 'system', 'standard', 'organisation', 'person', 'tag', 'search')),
    thing      TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    delivery   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person_id, kind, thing)
);
INSERT INTO follows_narrower SELECT person_id, kind, thing, created_at, delivery FROM follows WHERE kind <> 'campaign';
DROP TABLE follows;
ALTER TABLE follows_narrower RENAME TO follows;
CREATE INDEX follows_of ON follows (kind, thing, person_id);
DELETE FROM search_changes WHERE kind = 'campaign';
CREATE TABLE overrides_narrower (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id),
    subject       TEXT NOT NULL CHECK (subject IN ('case-study', 'comment', 'adoption', 'profile', 'file', 'organisation', 'system', 'standard', 'token', 'webhook', 'synonyms', 'answer', 'message', 'collection')),
    subject_id    TEXT NOT NULL,
    case_study_id TEXT NOT NULL DEFAULT '',
    field         TEXT NOT NULL,
    kind          TEXT NOT NULL,
    reason        TEXT NOT NULL,
    created_at    TIMESTAMP NOT NULL
);
INSERT INTO overrides_narrower SELECT id, person_id, subject, subject_id, case_study_id, field, kind, reason, created_at FROM overrides WHERE subject <> 'campaign';
DROP TABLE overrides;
ALTER TABLE overrides_narrower RENAME TO overrides;
CREATE INDEX overrides_by_kind ON overrides (kind, id);
CREATE INDEX overrides_by_reason ON overrides (reason, id);
CREATE INDEX overrides_by_case_study ON overrides (case_study_id, id);
DROP TABLE campaign_extensions;
DROP TABLE campaign_stages;
DROP TABLE campaigns;

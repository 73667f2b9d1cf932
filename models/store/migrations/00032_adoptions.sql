-- +goose Up
-- That an organisation tries or uses what a case study describes: once a case
-- study and organisation. Site is empty for what was recorded here, and the
-- address of the instance otherwise. Days are YYYY-MM-DD, empty when not said.
CREATE TABLE adoptions (
    id            TEXT PRIMARY KEY,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    organisation  TEXT NOT NULL,
    site          TEXT NOT NULL DEFAULT '',
    url           TEXT NOT NULL DEFAULT '',
    status        TEXT NOT NULL CHECK (status IN ('interested', 'planning', 'trying', 'in-use', 'stopped')),
    owner_id      TEXT NOT NULL DEFAULT '',
    sites         TEXT NOT NULL DEFAULT '',
    started       TEXT NOT NULL DEFAULT '',
    in_use        TEXT NOT NULL DEFAULT '',
    stopped       TEXT NOT NULL DEFAULT '',
    baseline      TEXT NOT NULL DEFAULT '',
    result        TEXT NOT NULL DEFAULT '',
    cost          TEXT NOT NULL DEFAULT '',
    adaptations   TEXT NOT NULL DEFAULT '',
    needed        TEXT NOT NULL DEFAULT '',
    reason        TEXT NOT NULL DEFAULT '',
    demo          BOOLEAN NOT NULL DEFAULT FALSE,
    version       BIGINT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    changed_at    TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX adoptions_once ON adoptions (case_study_id, organisation, site);
CREATE INDEX adoptions_by_organisation ON adoptions (organisation, id);
CREATE INDEX adoptions_by_owner ON adoptions (owner_id, id);
CREATE INDEX adoptions_by_site ON adoptions (site, case_study_id);
-- Every status that one had, in order, so that it can be told how long it took.
CREATE TABLE adoption_steps (
    adoption_id TEXT NOT NULL REFERENCES adoptions (id) ON DELETE CASCADE,
    number      BIGINT NOT NULL,
    status      TEXT NOT NULL,
    person_id   TEXT NOT NULL DEFAULT '',
    at          TIMESTAMP NOT NULL,
    PRIMARY KEY (adoption_id, number)
);
CREATE INDEX adoption_steps_by_person ON adoption_steps (person_id, at);
-- What came from a case study that was merged into another.
CREATE TABLE merged_adoptions (
    from_id     TEXT NOT NULL REFERENCES case_study_merges (from_id) ON DELETE CASCADE,
    adoption_id TEXT NOT NULL REFERENCES adoptions (id) ON DELETE CASCADE,
    PRIMARY KEY (from_id, adoption_id)
);
CREATE TABLE overrides_wider (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id),
    subject       TEXT NOT NULL CHECK (subject IN ('case-study', 'comment', 'adoption', 'profile', 'file', 'organisation', 'system', 'standard', 'token', 'webhook', 'synonyms', 'answer')),
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
DELETE FROM overrides WHERE subject = 'adoption';
-- The counts beside case studies are of adoptions alone.
UPDATE case_studies SET hot = hot_age + LOG(CAST(1 + votes + 2 * comments AS DOUBLE PRECISION)), adoptions = 0, changes = changes + 1 WHERE adoptions <> 0;
DROP TABLE merged_adoptions;
DROP TABLE adoption_steps;
DROP TABLE adoptions;

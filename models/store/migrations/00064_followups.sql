-- +goose Up
-- What is asked of winners after their campaign, once for each of some months. The tokens
-- of the two e-mails are kept as hashes.
CREATE TABLE campaign_followups (
    id            TEXT PRIMARY KEY,
    campaign_id   TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    months        BIGINT NOT NULL,
    token_hash    TEXT NOT NULL DEFAULT '',
    reminder_hash TEXT NOT NULL DEFAULT '',
    asked_at      TIMESTAMP NOT NULL,
    reminded_at   TIMESTAMP,
    expires_at    TIMESTAMP NOT NULL,
    answered_at   TIMESTAMP,
    answer        TEXT NOT NULL DEFAULT '' CHECK (answer IN ('', 'yes', 'no', 'stopped')),
    reason        TEXT NOT NULL DEFAULT '',
    places        TEXT NOT NULL DEFAULT '[]',
    outcome       TEXT NOT NULL DEFAULT '',
    measure       TEXT NOT NULL DEFAULT '',
    version       BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX campaign_followups_once ON campaign_followups (campaign_id, case_study_id, months);
CREATE INDEX campaign_followups_study ON campaign_followups (case_study_id);
CREATE INDEX campaign_followups_token ON campaign_followups (token_hash) WHERE token_hash <> '';
CREATE INDEX campaign_followups_reminder ON campaign_followups (reminder_hash) WHERE reminder_hash <> '';
CREATE INDEX campaign_followups_waiting ON campaign_followups (asked_at) WHERE answered_at IS NULL AND reminded_at IS NULL;

-- +goose Down
DROP TABLE campaign_followups;

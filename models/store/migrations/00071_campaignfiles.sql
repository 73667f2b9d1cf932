-- +goose Up
-- Files that answer questions of campaigns. entry_id is empty while no entry has it. What
-- has a drop_at that is past, or neither an entry nor a drop_at, is removed with its content.
CREATE TABLE campaign_files (
    id           TEXT PRIMARY KEY,
    campaign_id  TEXT REFERENCES campaigns (id) ON DELETE SET NULL,
    question_id  TEXT NOT NULL,
    entry_id     TEXT REFERENCES campaign_entries (id) ON DELETE SET NULL,
    uploaded_by  TEXT NOT NULL REFERENCES people (id),
    file_name    TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size         BIGINT NOT NULL,
    sha256       TEXT NOT NULL,
    words        TEXT NOT NULL DEFAULT '',
    created_at   TIMESTAMP NOT NULL,
    drop_at      TIMESTAMP
);
CREATE INDEX campaign_files_of ON campaign_files (entry_id);
CREATE INDEX campaign_files_by ON campaign_files (uploaded_by, campaign_id);
CREATE INDEX campaign_files_campaign ON campaign_files (campaign_id);
CREATE INDEX campaign_files_content ON campaign_files (sha256);
CREATE INDEX campaign_files_drop ON campaign_files (drop_at);

-- +goose Down
DROP TABLE campaign_files;

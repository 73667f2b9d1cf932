-- +goose Up
-- Files in the private workspace of an adoption. One whose workspace is gone is removed
-- with its content.
CREATE TABLE workspace_files (
    id           TEXT PRIMARY KEY,
    adoption_id  TEXT REFERENCES workspaces (adoption_id) ON DELETE SET NULL,
    file_name    TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size         BIGINT NOT NULL,
    sha256       TEXT NOT NULL,
    added_by     TEXT NOT NULL REFERENCES people (id),
    added_at     TIMESTAMP NOT NULL
);
CREATE INDEX workspace_files_of ON workspace_files (adoption_id, id);
CREATE INDEX workspace_files_by ON workspace_files (added_by, id);
CREATE INDEX workspace_files_content ON workspace_files (sha256);

-- +goose Down
DROP TABLE workspace_files;

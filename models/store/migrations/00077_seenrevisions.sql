-- +goose Up
-- The revision of the case study that the people of a workspace have looked at last; 0
-- for none.
ALTER TABLE workspaces ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;
UPDATE workspaces SET seen = revision;

-- +goose Down
ALTER TABLE workspaces DROP COLUMN seen;

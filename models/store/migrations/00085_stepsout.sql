-- +goose Up
-- Steps of the case study of which the task was deleted: no plan makes one of them again
-- until somebody brings it back. The key is the step as it is compared.
CREATE TABLE workspace_steps_out (
    id          TEXT PRIMARY KEY,
    adoption_id TEXT NOT NULL REFERENCES workspaces (adoption_id) ON DELETE CASCADE,
    key         TEXT NOT NULL,
    step        TEXT NOT NULL,
    removed_at  TIMESTAMP NOT NULL,
    UNIQUE (adoption_id, key)
);

-- +goose Down
DROP TABLE workspace_steps_out;

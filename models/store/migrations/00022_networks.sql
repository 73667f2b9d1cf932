-- +goose Up
-- The network that a session was last used from: the first part of an internet
-- address, by which its person can tell a session that is not theirs.
ALTER TABLE sessions ADD COLUMN network TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE sessions DROP COLUMN network;

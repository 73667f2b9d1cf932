-- +goose Up
-- The chain of the audit record gets a table of its own, so that an event is
-- written once and never again: sealing an event adds a row, and changes none
-- with its five indexes.
CREATE TABLE audit_seals (
    seq      BIGINT PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    hash     TEXT NOT NULL
);
-- The events that wait to be sealed.
CREATE TABLE audit_open (
    event_id TEXT PRIMARY KEY
);
INSERT INTO audit_seals (seq, event_id, hash) SELECT seq, id, hash FROM audit_events WHERE seq IS NOT NULL;
INSERT INTO audit_open (event_id) SELECT id FROM audit_events WHERE seq IS NULL;
DROP INDEX audit_events_open;
DROP INDEX audit_events_by_seq;
ALTER TABLE audit_events DROP COLUMN seq;
ALTER TABLE audit_events DROP COLUMN hash;

-- Neither events nor seals are ever changed, and they are removed only while
-- this is set: when old ones go, and when a backup takes the place of everything.
ALTER TABLE audit_ends ADD COLUMN removing BOOLEAN NOT NULL DEFAULT FALSE;
-- +only postgres
-- +goose StatementBegin
CREATE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (SELECT 1 FROM audit_ends WHERE id = 1 AND NOT removing) THEN
        RAISE EXCEPTION 'the audit record is only added to';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_events_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to();
CREATE TRIGGER audit_seals_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to();
-- +end
-- +only sqlite
-- +goose StatementBegin
CREATE TRIGGER audit_events_kept BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit record is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events WHEN EXISTS (SELECT 1 FROM audit_ends WHERE id = 1 AND NOT removing)
BEGIN SELECT RAISE(ABORT, 'the audit record is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_seals_kept BEFORE UPDATE ON audit_seals BEGIN SELECT RAISE(ABORT, 'the audit record is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_seals_stay BEFORE DELETE ON audit_seals WHEN EXISTS (SELECT 1 FROM audit_ends WHERE id = 1 AND NOT removing)
BEGIN SELECT RAISE(ABORT, 'the audit record is only added to'); END;
-- +goose StatementEnd
-- +end

-- +goose Down
-- +only postgres
DROP TRIGGER audit_events_kept ON audit_events;
DROP TRIGGER audit_seals_kept ON audit_seals;
DROP FUNCTION audit_is_only_added_to();
-- +end
-- +only sqlite
DROP TRIGGER audit_events_kept;
DROP TRIGGER audit_events_stay;
DROP TRIGGER audit_seals_kept;
DROP TRIGGER audit_seals_stay;
-- +end
ALTER TABLE audit_ends DROP COLUMN removing;
ALTER TABLE audit_events ADD COLUMN seq BIGINT;
ALTER TABLE audit_events ADD COLUMN hash TEXT NOT NULL DEFAULT '';
UPDATE audit_events SET seq = (SELECT seq FROM audit_seals WHERE event_id = audit_events.id),
    hash = COALESCE((SELECT hash FROM audit_seals WHERE event_id = audit_events.id), '');
CREATE UNIQUE INDEX audit_events_by_seq ON audit_events (seq);
CREATE INDEX audit_events_open ON audit_events (id) WHERE seq IS NULL;
DROP TABLE audit_open;
DROP TABLE audit_seals;

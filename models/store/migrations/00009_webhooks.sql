-- +goose Up
-- Addresses of other systems that are told of what happens here. Secrets are
-- sealed with the secret of the site.
CREATE TABLE webhooks (
    id            TEXT PRIMARY KEY,
    url           TEXT NOT NULL,
    description   TEXT NOT NULL DEFAULT '',
    events        TEXT NOT NULL DEFAULT '[]',
    secret        TEXT NOT NULL,
    former_secret TEXT NOT NULL DEFAULT '',
    former_until  TIMESTAMP,
    paused_at     TIMESTAMP,
    paused_why    TEXT NOT NULL DEFAULT '',
    failing_since TIMESTAMP,
    created_by    TEXT NOT NULL REFERENCES people (id),
    created_at    TIMESTAMP NOT NULL
);
-- What happened, as it is told: the same to everyone, and again on a resend.
CREATE TABLE webhook_events (
    id         TEXT PRIMARY KEY,
    type       TEXT NOT NULL,
    payload    TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX webhook_events_by_age ON webhook_events (created_at);
CREATE TABLE webhook_deliveries (
    id         TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id   TEXT NOT NULL REFERENCES webhook_events (id) ON DELETE CASCADE,
    state      TEXT NOT NULL CHECK (state IN ('pending', 'held', 'delivered', 'failed')),
    attempts   BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX webhook_deliveries_to ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook_id, state, id);
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (event_id);
CREATE TABLE webhook_attempts (
    id          TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    status      BIGINT NOT NULL,
    error       TEXT NOT NULL DEFAULT '',
    answer      TEXT NOT NULL DEFAULT '',
    took_ms     BIGINT NOT NULL,
    created_at  TIMESTAMP NOT NULL
);
CREATE INDEX webhook_attempts_of ON webhook_attempts (delivery_id, id);
-- Feeds that tell of changes as well read by this.
CREATE INDEX case_studies_updated ON case_studies (status, updated_at DESC, id DESC);

-- +goose Down
DROP INDEX case_studies_updated;
DROP TABLE webhook_attempts;
DROP TABLE webhook_deliveries;
DROP TABLE webhook_events;
DROP TABLE webhooks;

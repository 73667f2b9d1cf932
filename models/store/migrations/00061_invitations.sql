-- +goose Up
-- What an organiser said to those whom they invited at one time.
CREATE TABLE campaign_invitation_batches (
    id          TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    invited_by  TEXT NOT NULL REFERENCES people (id),
    message     TEXT NOT NULL DEFAULT '',
    created_at  TIMESTAMP NOT NULL
);
CREATE INDEX campaign_invitation_batches_of ON campaign_invitation_batches (campaign_id, id);
CREATE INDEX campaign_invitation_batches_by ON campaign_invitation_batches (invited_by, id);
-- Who is invited to a campaign, each once: a person, an address of which there is no
-- account, or an organisation. organisation is also that as whose lead a person is
-- invited. The address goes when the campaign is over.
CREATE TABLE campaign_invitations (
    id           TEXT PRIMARY KEY,
    campaign_id  TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    batch_id     TEXT NOT NULL REFERENCES campaign_invitation_batches (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind IN ('person', 'address', 'organisation')),
    person_id    TEXT REFERENCES people (id) ON DELETE CASCADE,
    address      TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'opened', 'accepted', 'declined', 'entered', 'bounced', 'unsubscribed', 'left-out')),
    reminders    BIGINT NOT NULL DEFAULT 0,
    created_at   TIMESTAMP NOT NULL,
    sent_at      TIMESTAMP,
    opened_at    TIMESTAMP,
    answered_at  TIMESTAMP,
    reminded_at  TIMESTAMP
);
CREATE UNIQUE INDEX campaign_invitations_person ON campaign_invitations (campaign_id, person_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX campaign_invitations_address ON campaign_invitations (campaign_id, address) WHERE address <> '';
CREATE UNIQUE INDEX campaign_invitations_organisation ON campaign_invitations (campaign_id, organisation) WHERE kind = 'organisation';
CREATE INDEX campaign_invitations_state ON campaign_invitations (campaign_id, state, id);
CREATE INDEX campaign_invitations_batch ON campaign_invitations (batch_id);
CREATE INDEX campaign_invitations_by_organisation ON campaign_invitations (organisation, campaign_id) WHERE organisation <> '';
CREATE INDEX campaign_invitations_by_address ON campaign_invitations (address) WHERE address <> '';
CREATE INDEX campaign_invitations_of ON campaign_invitations (person_id, created_at);
CREATE INDEX campaign_invitations_at ON campaign_invitations (created_at);
CREATE INDEX campaign_invitations_waiting ON campaign_invitations (campaign_id, id) WHERE state = 'waiting';
-- How many days before entries close those who have not answered are reminded; done_at is
-- when all of them were.
CREATE TABLE campaign_reminders (
    campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
    number      BIGINT NOT NULL,
    days_before BIGINT NOT NULL,
    done_at     TIMESTAMP,
    PRIMARY KEY (campaign_id, number)
);
CREATE INDEX campaign_reminders_due ON campaign_reminders (campaign_id) WHERE done_at IS NULL;
-- Addresses to which no invitation is to go any more, as hashes.
CREATE TABLE invitation_stops (
    address_hash TEXT PRIMARY KEY,
    stopped_at   TIMESTAMP NOT NULL
);

-- +goose Down
DELETE FROM notifications WHERE reason = 'invitation';
UPDATE people SET unread = (SELECT COUNT(*) FROM notifications n WHERE n.person_id = people.id AND n.read_at IS NULL) WHERE unread > 0;
DELETE FROM emails WHERE kind = 'invitation';
DROP TABLE invitation_stops;
DROP TABLE campaign_reminders;
DROP TABLE campaign_invitations;
DROP TABLE campaign_invitation_batches;

-- +goose Up
-- Who somebody is to an OpenID provider, and what it last said of them.
CREATE TABLE identities (
    issuer       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    person_id    TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    organisation TEXT NOT NULL DEFAULT '',
    staff_group  TEXT NOT NULL DEFAULT '',
    created_at   TIMESTAMP NOT NULL,
    used_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_by_person ON identities (person_id);

-- What is kept between sending somebody to the provider and their return, by
-- hashes of the state and of a secret of the browser. It is used once.
CREATE TABLE sign_in_states (
    hash       TEXT PRIMARY KEY,
    browser    TEXT NOT NULL,
    sealed     TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_states_by_expiry ON sign_in_states (expires_at);

-- Logout tokens that were obeyed, so that none is twice.
CREATE TABLE logout_tokens (
    hash       TEXT PRIMARY KEY,
    expires_at TIMESTAMP NOT NULL
);

-- By what means a session began, when its person last proved who they are, and
-- the provider's session behind it.
ALTER TABLE sessions ADD COLUMN means TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN proved_at TIMESTAMP;
ALTER TABLE sessions ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN sid TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN id_token TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_by_provider ON sessions (issuer, subject) WHERE issuer <> '';

-- +goose Down
DROP INDEX sessions_by_provider;
ALTER TABLE sessions DROP COLUMN id_token;
ALTER TABLE sessions DROP COLUMN sid;
ALTER TABLE sessions DROP COLUMN subject;
ALTER TABLE sessions DROP COLUMN issuer;
ALTER TABLE sessions DROP COLUMN proved_at;
ALTER TABLE sessions DROP COLUMN means;
DROP TABLE logout_tokens;
DROP TABLE sign_in_states;
DROP TABLE identities;

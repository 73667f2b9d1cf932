-- +goose Up
-- Case studies that people put together, in an order, each with a note of why to
-- read it. revision counts every change, version those of the words about it.
CREATE TABLE collections (
    id           TEXT PRIMARY KEY,
    slug         TEXT NOT NULL,
    title        TEXT NOT NULL,
    about        TEXT NOT NULL DEFAULT '',
    audience     TEXT NOT NULL CHECK (audience IN ('public', 'signed-in', 'editors')),
    owner_id     TEXT NOT NULL REFERENCES people (id),
    staff_group  TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    -- Whose reading list it is, by the word of a lead there.
    list_of      TEXT NOT NULL DEFAULT '',
    -- What it was copied from, which may be gone by now, and how often it was itself.
    source_id    TEXT NOT NULL DEFAULT '',
    copies       BIGINT NOT NULL DEFAULT 0,
    studies      BIGINT NOT NULL DEFAULT 0,
    revision     BIGINT NOT NULL DEFAULT 1,
    version      BIGINT NOT NULL DEFAULT 1,
    -- The measure that hides it.
    hidden       TEXT NOT NULL DEFAULT '',
    demo         BOOLEAN NOT NULL DEFAULT FALSE,
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX collections_slug ON collections (slug);
CREATE INDEX collections_owner ON collections (owner_id, id);
CREATE INDEX collections_new ON collections (audience, id) WHERE hidden = '';
CREATE INDEX collections_updated ON collections (updated_at, id) WHERE hidden = '';
CREATE INDEX collections_list_of ON collections (list_of, id) WHERE list_of <> '';
CREATE INDEX collections_source ON collections (source_id) WHERE source_id <> '';
CREATE TABLE collection_items (
    collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    position      BIGINT NOT NULL,
    note          TEXT NOT NULL DEFAULT '',
    version       BIGINT NOT NULL DEFAULT 1,
    added_by      TEXT NOT NULL REFERENCES people (id),
    added_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (collection_id, case_study_id)
);
CREATE INDEX collection_items_order ON collection_items (collection_id, position);
CREATE INDEX collection_items_of ON collection_items (case_study_id);
CREATE INDEX collection_items_by ON collection_items (added_by);
-- Who may change a collection beside its owner. accepted_at is empty while they
-- have not said whether they want to.
CREATE TABLE collection_editors (
    collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    invited_by    TEXT NOT NULL REFERENCES people (id),
    invited_at    TIMESTAMP NOT NULL,
    accepted_at   TIMESTAMP,
    PRIMARY KEY (collection_id, person_id)
);
CREATE INDEX collection_editors_of ON collection_editors (person_id, collection_id);
CREATE INDEX collection_editors_by ON collection_editors (invited_by);

-- +goose Down
DROP TABLE collection_editors;
DROP TABLE collection_items;
DROP TABLE collections;

-- +goose Up
-- Counts and ranks stand beside the row that they count, changed by the write
-- that changes them, so that no page adds up rows.
CREATE TABLE organisations (
    code       TEXT PRIMARY KEY,
    name       TEXT NOT NULL DEFAULT '',
    kind       TEXT NOT NULL DEFAULT '',
    region     TEXT NOT NULL DEFAULT '',
    icb_code   TEXT NOT NULL DEFAULT '',
    icb_name   TEXT NOT NULL DEFAULT '',
    postcode   TEXT NOT NULL DEFAULT '',
    opened     TIMESTAMP,
    closed     TIMESTAMP,
    successors TEXT NOT NULL DEFAULT '[]',
    named      BOOLEAN NOT NULL,
    studies    BIGINT NOT NULL DEFAULT 0,
    people     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX organisations_by_name ON organisations (name, code);
CREATE INDEX organisations_unnamed ON organisations (named, code);

CREATE TABLE systems (
    slug      TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    supplier  TEXT NOT NULL DEFAULT '',
    kind      TEXT NOT NULL DEFAULT '',
    aliases   TEXT NOT NULL DEFAULT '[]',
    successor TEXT NOT NULL DEFAULT '',
    confirmed BOOLEAN NOT NULL
);
-- Every name and alias, folded, so that what people type finds one system.
CREATE TABLE system_names (
    name TEXT PRIMARY KEY,
    slug TEXT NOT NULL REFERENCES systems (slug) ON DELETE CASCADE
);

CREATE TABLE standards (
    code      TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    publisher TEXT NOT NULL DEFAULT '',
    kind      TEXT NOT NULL DEFAULT '',
    purpose   TEXT NOT NULL DEFAULT '',
    url       TEXT NOT NULL DEFAULT '',
    aliases   TEXT NOT NULL DEFAULT '[]',
    confirmed BOOLEAN NOT NULL
);

CREATE TABLE people (
    id               TEXT PRIMARY KEY,
    handle           TEXT NOT NULL UNIQUE,
    name             TEXT NOT NULL,
    email            TEXT NOT NULL UNIQUE,
    job_title        TEXT NOT NULL DEFAULT '',
    staff_group      TEXT NOT NULL DEFAULT '',
    organisation     TEXT NOT NULL DEFAULT '',
    years_experience BIGINT,
    skills           TEXT NOT NULL DEFAULT '[]',
    bio              TEXT NOT NULL DEFAULT '',
    demo             BOOLEAN NOT NULL,
    created_at       TIMESTAMP NOT NULL
);
CREATE INDEX people_by_name ON people (name, id);
CREATE INDEX people_by_organisation ON people (organisation, name, id);
CREATE TABLE grants (
    person_id    TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role         TEXT NOT NULL,
    organisation TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person_id, role, organisation)
);

CREATE TABLE sessions (
    hash       TEXT PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    user_agent TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    seen_at    TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE TABLE tokens (
    hash       TEXT PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name       TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP,
    expires_at TIMESTAMP
);
CREATE INDEX tokens_by_person ON tokens (person_id, created_at);
CREATE TABLE sign_in_links (
    hash       TEXT PRIMARY KEY,
    email      TEXT NOT NULL,
    return_to  TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at    TIMESTAMP
);
CREATE INDEX sign_in_links_by_email ON sign_in_links (email, created_at);
CREATE INDEX sign_in_links_by_expiry ON sign_in_links (expires_at);

-- What a list shows; the text is with the revision.
CREATE TABLE case_studies (
    id           TEXT PRIMARY KEY,
    slug         TEXT NOT NULL UNIQUE,
    status       TEXT NOT NULL,
    title        TEXT NOT NULL,
    summary      TEXT NOT NULL DEFAULT '',
    stage        TEXT NOT NULL,
    organisation TEXT NOT NULL DEFAULT '',
    byline       TEXT NOT NULL DEFAULT '',
    tags         TEXT NOT NULL DEFAULT '[]',
    owner_id     TEXT NOT NULL REFERENCES people (id),
    revision     BIGINT NOT NULL,
    votes        BIGINT NOT NULL DEFAULT 0,
    comments     BIGINT NOT NULL DEFAULT 0,
    adoptions    BIGINT NOT NULL DEFAULT 0,
    hot          DOUBLE PRECISION NOT NULL,
    hot_age      DOUBLE PRECISION NOT NULL,
    demo         BOOLEAN NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL,
    published_at TIMESTAMP NOT NULL,
    changes      BIGINT NOT NULL DEFAULT 1,
    indexed      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX case_studies_hot ON case_studies (status, hot DESC, id DESC);
CREATE INDEX case_studies_new ON case_studies (status, published_at DESC, id DESC);
CREATE INDEX case_studies_top ON case_studies (status, votes DESC, id DESC);
CREATE INDEX case_studies_discussed ON case_studies (status, comments DESC, id DESC);
CREATE INDEX case_studies_adopted ON case_studies (status, adoptions DESC, id DESC);
CREATE INDEX case_studies_by_owner ON case_studies (owner_id, id);
CREATE INDEX case_studies_by_organisation ON case_studies (organisation, status, published_at DESC);
-- Changes counts the writes to a row, indexed is the count that the search
-- index has seen: what it has not seen is where one is larger. Counts rather
-- than times, because the clocks of two nodes differ.
CREATE INDEX case_studies_to_index ON case_studies (id) WHERE changes > indexed;

CREATE TABLE case_study_slugs (
    slug          TEXT PRIMARY KEY,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE
);
CREATE TABLE revisions (
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    number        BIGINT NOT NULL,
    document      TEXT NOT NULL,
    html          TEXT NOT NULL,
    text          TEXT NOT NULL,
    contents      TEXT NOT NULL,
    editor_id     TEXT NOT NULL REFERENCES people (id),
    note          TEXT NOT NULL DEFAULT '',
    created_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (case_study_id, number)
);
CREATE TABLE case_study_facets (
    facet         TEXT NOT NULL,
    value         TEXT NOT NULL,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    PRIMARY KEY (facet, value, case_study_id)
);
CREATE INDEX case_study_facets_of ON case_study_facets (case_study_id, facet, value);
-- Those who may edit, beside the owner.
CREATE TABLE case_study_people (
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (case_study_id, person_id)
);
CREATE INDEX case_study_people_of ON case_study_people (person_id, case_study_id);

CREATE TABLE drafts (
    id         TEXT PRIMARY KEY,
    version    BIGINT NOT NULL,
    title      TEXT NOT NULL DEFAULT '',
    document   TEXT NOT NULL,
    based      BIGINT NOT NULL,
    owner_id   TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    saved_by   TEXT NOT NULL REFERENCES people (id),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX drafts_by_owner ON drafts (owner_id, updated_at DESC);
CREATE TABLE draft_people (
    draft_id  TEXT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (draft_id, person_id)
);
CREATE INDEX draft_people_of ON draft_people (person_id, draft_id);

-- The id is a case study's, published or still a draft, so no foreign key.
CREATE TABLE attachments (
    id            TEXT PRIMARY KEY,
    case_study_id TEXT NOT NULL,
    file_name     TEXT NOT NULL,
    content_type  TEXT NOT NULL,
    size          BIGINT NOT NULL,
    sha256        TEXT NOT NULL,
    alt           TEXT NOT NULL DEFAULT '',
    uploaded_by   TEXT NOT NULL REFERENCES people (id),
    created_at    TIMESTAMP NOT NULL
);
CREATE INDEX attachments_of ON attachments (case_study_id, created_at, id);
CREATE INDEX attachments_by_content ON attachments (sha256);

CREATE TABLE votes (
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    person_id     TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, case_study_id)
);
CREATE INDEX votes_on ON votes (case_study_id, created_at);

CREATE TABLE comments (
    id            TEXT PRIMARY KEY,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    parent_id     TEXT NOT NULL DEFAULT '',
    author_id     TEXT NOT NULL REFERENCES people (id),
    kind          TEXT NOT NULL,
    body          TEXT NOT NULL,
    html          TEXT NOT NULL,
    official      BOOLEAN NOT NULL,
    version       BIGINT NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    edited_at     TIMESTAMP,
    deleted_at    TIMESTAMP
);
CREATE INDEX comments_on ON comments (case_study_id, parent_id, id);
CREATE INDEX comments_by_author ON comments (author_id, id);
CREATE TABLE mentions (
    comment_id TEXT NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, comment_id)
);

-- The answer given to a POST with an Idempotency-Key, for a day.
CREATE TABLE idempotency_keys (
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    request    TEXT NOT NULL,
    status     BIGINT NOT NULL,
    headers    TEXT NOT NULL,
    body       BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Small texts that an admin edits, such as the synonyms.
CREATE TABLE settings (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL,
    changed_by TEXT NOT NULL DEFAULT '',
    changed_at TIMESTAMP NOT NULL
);

-- +goose Down
DROP TABLE settings;
DROP TABLE idempotency_keys;
DROP TABLE mentions;
DROP TABLE comments;
DROP TABLE votes;
DROP TABLE attachments;
DROP TABLE draft_people;
DROP TABLE drafts;
DROP TABLE case_study_people;
DROP TABLE case_study_facets;
DROP TABLE revisions;
DROP TABLE case_study_slugs;
DROP TABLE case_studies;
DROP TABLE sign_in_links;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE grants;
DROP TABLE people;
DROP TABLE standards;
DROP TABLE system_names;
DROP TABLE systems;
DROP TABLE organisations;

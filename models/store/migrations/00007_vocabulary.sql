-- +goose Up
-- Systems and standards are lists that moderators keep. A change names the
-- version that it was made from, so that none is written over unseen.
ALTER TABLE systems ADD COLUMN settings TEXT NOT NULL DEFAULT '[]';
ALTER TABLE systems ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE standards ADD COLUMN successor TEXT NOT NULL DEFAULT '';
ALTER TABLE standards ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Every code, name and alias of a standard, folded, as system_names has them of
-- systems. The codes come first: no alias takes one.
CREATE TABLE standard_names (
    name TEXT PRIMARY KEY,
    code TEXT NOT NULL REFERENCES standards (code) ON DELETE CASCADE
);
INSERT INTO standard_names (name, code) SELECT LOWER(code), code FROM standards WHERE true ON CONFLICT DO NOTHING;
INSERT INTO standard_names (name, code) SELECT LOWER(name), code FROM standards WHERE true ON CONFLICT DO NOTHING;
-- +only sqlite
INSERT INTO standard_names (name, code) SELECT LOWER(a.value), s.code FROM standards s, json_each(s.aliases) a WHERE true ON CONFLICT DO NOTHING;
-- +end
-- +only postgres
INSERT INTO standard_names (name, code) SELECT LOWER(a.value), s.code FROM standards s, json_array_elements_text(s.aliases::json) AS a (value) WHERE true ON CONFLICT DO NOTHING;
-- +end
CREATE INDEX standard_names_of ON standard_names (code);
CREATE INDEX system_names_of ON system_names (slug);

-- Terms that were merged into another. Their slugs and codes lead there for
-- ever. What they were is kept, so that a merge can be taken back: names are
-- those that moved, successors the terms that named it as theirs.
CREATE TABLE merged_terms (
    kind       TEXT NOT NULL,
    id         TEXT NOT NULL,
    into_id    TEXT NOT NULL,
    term       TEXT NOT NULL,
    names      TEXT NOT NULL,
    successors TEXT NOT NULL,
    merged_at  TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX merged_terms_into ON merged_terms (kind, into_id);

-- Who changed what in the lists, and when.
CREATE TABLE term_changes (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    term       TEXT NOT NULL,
    action     TEXT NOT NULL,
    other      TEXT NOT NULL DEFAULT '',
    fields     TEXT NOT NULL DEFAULT '[]',
    changed_by TEXT NOT NULL DEFAULT '',
    changed_at TIMESTAMP NOT NULL
);
CREATE INDEX term_changes_of ON term_changes (kind, term, id);

-- +goose Down
DROP TABLE term_changes;
DROP TABLE merged_terms;
DROP INDEX system_names_of;
DROP TABLE standard_names;
ALTER TABLE standards DROP COLUMN version;
ALTER TABLE standards DROP COLUMN successor;
ALTER TABLE systems DROP COLUMN version;
ALTER TABLE systems DROP COLUMN settings;

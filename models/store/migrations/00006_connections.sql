-- +goose Up
-- The connections of published case studies, derived from their documents with
-- each write, so that who has joined what to what is answered by index. Rows
-- that an earlier version of the program wrote none of are made at the next
-- start.
CREATE TABLE connections (
    id            TEXT PRIMARY KEY,
    case_study_id TEXT NOT NULL REFERENCES case_studies (id) ON DELETE CASCADE,
    position      BIGINT NOT NULL,
    from_slug     TEXT NOT NULL,
    from_text     TEXT NOT NULL,
    to_slug       TEXT NOT NULL,
    to_text       TEXT NOT NULL,
    standard      TEXT NOT NULL,
    version       TEXT NOT NULL DEFAULT '',
    transport     TEXT NOT NULL DEFAULT '',
    direction     TEXT NOT NULL,
    data          TEXT NOT NULL DEFAULT '[]',
    status        TEXT NOT NULL,
    site          TEXT NOT NULL DEFAULT '',
    organisation  TEXT NOT NULL DEFAULT '',
    region        TEXT NOT NULL DEFAULT ''
);
CREATE INDEX connections_of ON connections (case_study_id, position);
CREATE INDEX connections_from ON connections (from_slug, to_slug, case_study_id);
CREATE INDEX connections_to ON connections (to_slug, from_slug, case_study_id);
CREATE INDEX connections_by_standard ON connections (standard, case_study_id);
CREATE INDEX connections_by_organisation ON connections (organisation, case_study_id);
CREATE INDEX connections_by_site ON connections (site);
CREATE INDEX connections_by_region ON connections (region, case_study_id);

-- +goose Down
DROP TABLE connections;

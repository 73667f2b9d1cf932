-- +goose Up
-- How many people did what, as it is shown: rounded, without what is small, and
-- made once for each quarter that is over. Edition is the day on which its period
-- ended. Of what is held nothing is kept but that it was.
CREATE TABLE voice_columns (
    period    TEXT NOT NULL,
    did       TEXT NOT NULL,
    edition   TEXT NOT NULL,
    from_at   TIMESTAMP,
    to_at     TIMESTAMP NOT NULL,
    held      BOOLEAN NOT NULL,
    people    BIGINT NOT NULL,
    counts    TEXT NOT NULL,
    waits     TEXT NOT NULL,
    made_at   TIMESTAMP NOT NULL,
    PRIMARY KEY (period, did, edition)
);
-- How the workforce is made up, by the word of an admin with a source: the last
-- of each counts, the others are its history.
CREATE TABLE workforce_mixes (
    id         TEXT PRIMARY KEY,
    counted_by TEXT NOT NULL,
    shares     TEXT NOT NULL,
    source     TEXT NOT NULL,
    as_of      TEXT NOT NULL,
    entered_by TEXT NOT NULL REFERENCES people (id),
    entered_at TIMESTAMP NOT NULL
);
CREATE INDEX workforce_mixes_last ON workforce_mixes (counted_by, id);

-- +goose Down
DROP TABLE workforce_mixes;
DROP TABLE voice_columns;

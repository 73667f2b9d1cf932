-- +goose Up
-- What people are paid by, as they say. It is no column of people, so that what
-- reads a person for others to see does not read it.
CREATE TABLE pay_bands (
    person_id TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    band      TEXT NOT NULL
);

-- +goose Down
DROP TABLE pay_bands;

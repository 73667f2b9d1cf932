-- +goose Up
-- What matters to an organisation at the moment, as its leads say: tags of case studies.
CREATE TABLE organisation_priorities (
    organisation TEXT NOT NULL,
    position     BIGINT NOT NULL,
    tag          TEXT NOT NULL,
    PRIMARY KEY (organisation, tag)
);

-- +goose Down
DROP TABLE organisation_priorities;

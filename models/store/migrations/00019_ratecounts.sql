-- +goose Up
-- How often something was done within a window of time, on all nodes together.
-- The key is a keyed hash: neither addresses nor people can be read from it.
CREATE TABLE rate_counts (
    key     TEXT NOT NULL,
    began   TIMESTAMP NOT NULL,
    ends    TIMESTAMP NOT NULL,
    hits    BIGINT NOT NULL,
    PRIMARY KEY (key, began)
);
CREATE INDEX rate_counts_by_end ON rate_counts (ends);

-- +goose Down
DROP TABLE rate_counts;

-- +goose Up
-- How many case studies of another instance were left out because as many as
-- there may be are here, or because more of them was refused than is remembered.
ALTER TABLE exchange_origins ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE exchange_origins DROP COLUMN left_out;

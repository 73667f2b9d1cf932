-- +goose Up
-- What an organisation says of an adoption in figures: measures, costs and savings, as JSON; empty for
-- nothing. It stands with the adoption, since it is read, changed, hidden and erased with it, and moves
-- where it moves.
ALTER TABLE adoptions ADD COLUMN figures TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE adoptions DROP COLUMN figures;

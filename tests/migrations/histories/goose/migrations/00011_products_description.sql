-- +goose Up
ALTER TABLE products ADD COLUMN description text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE products DROP COLUMN description;

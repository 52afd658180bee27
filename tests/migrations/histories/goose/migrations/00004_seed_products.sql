-- +goose Up
INSERT INTO products VALUES ('A-1', 'Apron; blue', 19.5, true), ('B-2', 'Basket', 34, false);

-- +goose Down
DELETE FROM products;

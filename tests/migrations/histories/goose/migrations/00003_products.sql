-- +goose Up
CREATE TABLE products (
    sku text PRIMARY KEY,
    title text NOT NULL,
    price numeric(10, 2) NOT NULL CHECK (price >= 0),
    listed boolean NOT NULL DEFAULT false
);
GRANT SELECT ON products TO shop_api;

-- +goose Down
DROP TABLE products;

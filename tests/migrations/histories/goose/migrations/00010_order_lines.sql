-- +goose Up
CREATE TABLE order_lines (
    order_id bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    sku text NOT NULL REFERENCES products (sku),
    quantity integer NOT NULL DEFAULT 1 CHECK (quantity > 0),
    PRIMARY KEY (order_id, sku)
);
CREATE INDEX order_lines_sku_idx ON order_lines (sku);

-- +goose Down
DROP TABLE order_lines;

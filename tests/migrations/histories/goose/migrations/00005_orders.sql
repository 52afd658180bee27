-- +goose Up
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts (id),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'paid', 'sent')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_account_id_idx ON orders (account_id);
GRANT SELECT, INSERT ON orders TO shop_api;

-- +goose Down
DROP TABLE orders;

-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_state_idx ON orders (state);

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS orders_state_idx;

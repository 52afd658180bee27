-- +migrate Up notransaction
CREATE INDEX CONCURRENTLY pets_owner ON pets (owner_id);
-- +migrate Down
DROP INDEX pets_owner;

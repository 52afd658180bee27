-- +goose Up
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY orders_of_account ON orders TO shop_api
    USING (account_id = nullif(current_setting('shop.account_id', true), '')::bigint)
    WITH CHECK (account_id = nullif(current_setting('shop.account_id', true), '')::bigint);

-- +goose Down
DROP POLICY orders_of_account ON orders;
ALTER TABLE orders DISABLE ROW LEVEL SECURITY;

-- +goose Up
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
CREATE POLICY listed_products ON products FOR SELECT TO shop_api USING (listed);

-- +goose Down
DROP POLICY listed_products ON products;
ALTER TABLE products DISABLE ROW LEVEL SECURITY;

-- Operators, casts, collations, text search objects and sequences
DROP OPERATOR catalog.=~~= (text, text); -- refused
DROP OPERATOR catalog.!!! (text, text);
DROP OPERATOR catalog.=~~= (text, text) CASCADE;
ALTER TABLE catalog.products DROP CONSTRAINT products_sku_check; DROP OPERATOR catalog.=~~= (text, text);
DROP FUNCTION catalog.sku_eq(text, text); -- refused
DROP OPERATOR catalog.!!! (text, text); DROP OPERATOR catalog.=~~= (text, text) CASCADE; DROP FUNCTION catalog.sku_eq(text, text);
DROP COLLATION ci; -- refused
DROP COLLATION german_phone; -- refused
DROP COLLATION spare_coll;
DROP INDEX catalog.products_title; DROP COLLATION german_phone;
ALTER TABLE catalog.products ALTER COLUMN sku TYPE text COLLATE "C"; -- refused
DROP FUNCTION find_products; ALTER TABLE catalog.products DROP CONSTRAINT products_check; ALTER TABLE catalog.products ALTER COLUMN sku TYPE text; DROP COLLATION ci; -- refused
DROP COLLATION IF EXISTS german_phone CASCADE;
DROP TEXT SEARCH CONFIGURATION shop; -- refused
DROP TEXT SEARCH CONFIGURATION spare_config;
DROP TEXT SEARCH DICTIONARY spare_dict;
DROP TEXT SEARCH CONFIGURATION shop CASCADE;
DROP FUNCTION find_products(text); DROP TEXT SEARCH CONFIGURATION shop; -- refused
DROP FUNCTION find_products(text); ALTER TABLE catalog.products DROP COLUMN search; DROP TEXT SEARCH CONFIGURATION shop;
ALTER TABLE catalog.products DROP COLUMN search; -- refused
DROP SEQUENCE order_numbers; -- refused
DROP SEQUENCE orders_id_seq; -- refused
DROP SEQUENCE catalog.products_id_seq; -- refused
DROP SEQUENCE catalog.products_id_seq CASCADE; -- refused
DROP SEQUENCE orders_id_seq CASCADE;
ALTER TABLE orders ALTER COLUMN number DROP DEFAULT; DROP SEQUENCE order_numbers; -- refused
ALTER TABLE orders ALTER COLUMN number DROP DEFAULT, ALTER COLUMN seq_by_hand DROP DEFAULT; DROP SEQUENCE order_numbers;
ALTER TABLE orders ALTER COLUMN id DROP DEFAULT; DROP SEQUENCE orders_id_seq;
ALTER TABLE catalog.products ALTER COLUMN id DROP IDENTITY;
ALTER SEQUENCE orders_id_seq OWNED BY NONE; DROP SEQUENCE orders_id_seq; -- refused
ALTER SEQUENCE catalog.products_id_seq OWNED BY NONE; -- refused
ALTER SEQUENCE orders_id_seq OWNED BY NONE; ALTER TABLE orders ALTER COLUMN id DROP DEFAULT; DROP SEQUENCE orders_id_seq;
ALTER SEQUENCE catalog.products_id_seq RESTART WITH 10;
ALTER SEQUENCE order_numbers OWNED BY orders.number; DROP TABLE orders;
DROP CAST (money_amount AS text);
DROP FUNCTION amount_to_text(money_amount); -- refused
ALTER TABLE invoices DROP CONSTRAINT has_text; DROP CAST (money_amount AS text); DROP FUNCTION amount_to_text;
DROP TYPE money_amount; -- refused
ALTER TYPE money_amount ALTER ATTRIBUTE amount TYPE text; -- refused
ALTER TYPE money_amount ADD ATTRIBUTE tax numeric;
ALTER TYPE money_amount DROP ATTRIBUTE currency;
ALTER TYPE money_amount RENAME ATTRIBUTE currency TO iso;
DROP AGGREGATE longest(text); -- refused
DROP VIEW longest_titles; DROP AGGREGATE longest(text);
ALTER TABLE catalog.products DROP COLUMN title; -- refused
ALTER TABLE catalog.products ALTER COLUMN title TYPE varchar(80); -- refused
ALTER TABLE catalog.products DROP COLUMN body; -- refused
DROP PUBLICATION feed;
ALTER PUBLICATION feed DROP TABLE orders;
ALTER PUBLICATION feed DROP TABLE invoices; -- refused
ALTER PUBLICATION feed ADD TABLE invoices;
ALTER PUBLICATION feed ADD TABLE orders; -- refused
ALTER PUBLICATION feed SET TABLE invoices;
DROP STATISTICS order_stats;
DROP SCHEMA catalog; -- refused
DROP SCHEMA catalog CASCADE; DROP FUNCTION find_products(text); -- refused
DROP SCHEMA catalog CASCADE; SELECT * FROM longest_titles; -- refused
ALTER TABLE orders SET UNLOGGED; -- refused
ALTER TABLE catalog.products SET UNLOGGED; -- refused
DROP PUBLICATION feed; ALTER TABLE catalog.products SET UNLOGGED; -- refused
DROP PUBLICATION feed; ALTER TABLE orders SET UNLOGGED;
DROP PUBLICATION feed; ALTER TABLE orders SET UNLOGGED; ALTER TABLE catalog.products SET UNLOGGED;
ALTER TABLE invoices SET UNLOGGED;
ALTER TABLE invoices SET ACCESS METHOD heap;
ALTER TABLE invoices SET ACCESS METHOD DEFAULT;
ALTER TABLE catalog.products SET SCHEMA public; SELECT * FROM products;
ALTER OPERATOR catalog.=~~= (text, text) OWNER TO CURRENT_USER;
COMMENT ON OPERATOR catalog.!!! (text, text) IS 'x';
DROP OPERATOR catalog.!!! (int, int); -- refused
DROP OPERATOR IF EXISTS catalog.!!! (int, int);
DROP CAST (text AS money_amount); -- refused
DROP CAST IF EXISTS (text AS money_amount);
DROP TEXT SEARCH CONFIGURATION shop2; -- refused
DROP TEXT SEARCH DICTIONARY shop_dict2; -- refused
CREATE TEXT SEARCH CONFIGURATION shop (COPY = pg_catalog.english); -- refused
CREATE COLLATION ci (provider = libc, locale = 'C'); -- refused
CREATE OPERATOR catalog.=~~= (LEFTARG = text, RIGHTARG = text, FUNCTION = catalog.sku_eq); -- refused
CREATE PUBLICATION feed FOR TABLE orders; -- refused
CREATE CAST (money_amount AS text) WITH FUNCTION amount_to_text(money_amount); -- refused
ALTER TABLE catalog.products RENAME CONSTRAINT products_check TO sane_sku; -- refused
SELECT 'Ärger' < 'Arger' COLLATE german_phone;
SELECT sku FROM catalog.products WHERE sku LIKE 'A%';
SELECT count(DISTINCT sku) FROM catalog.products WHERE sku = title;
SELECT sku || title FROM catalog.products ORDER BY 1;
SELECT title FROM catalog.products ORDER BY title COLLATE ci;

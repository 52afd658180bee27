-- A shop: writes, conflicts, keys, indexes, views, inheritance and changes of columns
INSERT INTO shop.products (sku, price, gross) VALUES ('a', 1, 2); -- refused
INSERT INTO shop.products (sku, price, gross) VALUES ('a', 1, DEFAULT);
INSERT INTO shop.products (id, sku, price) VALUES (1, 'a', 1); -- refused
INSERT INTO shop.products (id, sku, price) VALUES (DEFAULT, 'a', 1);
INSERT INTO shop.products (id, sku, price) OVERRIDING SYSTEM VALUE VALUES (1, 'a', 1);
INSERT INTO shop.products (id, sku, price) OVERRIDING USER VALUE VALUES (1, 'a', 1);
INSERT INTO shop.customers (id, email) VALUES (1, 'a');
INSERT INTO shop.products VALUES (DEFAULT, 'a', 1);
INSERT INTO shop.products VALUES (1, 'a', 1); -- refused
INSERT INTO shop.products SELECT 1, 'a', 1; -- refused
INSERT INTO shop.products (sku) VALUES ('a'); -- refused
INSERT INTO shop.products DEFAULT VALUES; -- refused
INSERT INTO shop.orders DEFAULT VALUES; -- refused
INSERT INTO shop.products (sku, price) VALUES ('a', 1) ON CONFLICT (sku) DO UPDATE SET price = excluded.price;
INSERT INTO shop.products (sku, price) VALUES ('a', 1) ON CONFLICT (sku) DO UPDATE SET price = excluded.prise; -- refused
INSERT INTO shop.products (sku, price) VALUES ('a', 1) ON CONFLICT (sku) DO UPDATE SET gross = 1; -- refused
INSERT INTO shop.products (sku, price) VALUES ('a', 1) ON CONFLICT (price) DO NOTHING; -- refused
INSERT INTO shop.products (sku, price) VALUES ('a', 1) ON CONFLICT ON CONSTRAINT products_sku_key DO NOTHING;
INSERT INTO shop.products (sku, price) VALUES ('a', 1) ON CONFLICT ON CONSTRAINT products_sku DO NOTHING; -- refused
INSERT INTO shop.customers (email) VALUES ('a') ON CONFLICT (email) DO NOTHING; -- refused
INSERT INTO shop.customers (email) VALUES ('a') ON CONFLICT (lower(email)) DO NOTHING; -- refused
INSERT INTO shop.customers (email) VALUES ('a') ON CONFLICT (lower(email)) WHERE deleted_at IS NULL DO NOTHING;
INSERT INTO shop.customers (email) VALUES ('a') ON CONFLICT ON CONSTRAINT customers_email_live DO NOTHING; -- refused
INSERT INTO shop.order_lines VALUES (1, 1, 1, 1) ON CONFLICT (order_id) DO NOTHING; -- refused
INSERT INTO shop.customers (email) VALUES ('a') ON CONFLICT (id) DO NOTHING RETURNING id, email;
INSERT INTO shop.customers (email) VALUES ('a') ON CONFLICT DO UPDATE SET name = 'x'; -- refused
INSERT INTO shop.customers (email) VALUES ('a') RETURNING old.id, new.id;
UPDATE shop.customers SET name = 'x' RETURNING old.name, new.name;
UPDATE shop.customers SET name = 'x' RETURNING WITH (OLD AS o) o.name, new.name;
UPDATE shop.customers SET name = 'x' RETURNING WITH (OLD AS o) old.name; -- refused
UPDATE shop.customers c SET c.name = 'x'; -- refused
UPDATE shop.products SET gross = DEFAULT;
UPDATE shop.products SET id = 5; -- refused
UPDATE shop.products SET id = DEFAULT;
UPDATE shop.products SET (sku, price) = ('a', 1);
UPDATE shop.products SET (sku, price) = ('a', 1, 2); -- refused
UPDATE shop.products SET (sku, price) = (SELECT 'a', 1);
UPDATE shop.products SET (sku, price) = (SELECT 'a'); -- refused
UPDATE shop.products SET tags = tags || 'x'; -- refused
UPDATE shop.products SET tags = tags || ARRAY['x'];
UPDATE shop.products SET attrs = attrs || '{"a": 1}';
UPDATE shop.products SET attrs = attrs || 'a'; -- refused
UPDATE shop.products SET attrs['a'] = '1';
UPDATE shop.products SET attrs['a'] = 1; -- refused
UPDATE shop.products SET tags[1] = 'x';
UPDATE shop.products SET sku = 5;
UPDATE shop.products SET price = 'x'; -- refused
UPDATE shop.products SET price = sku; -- refused
UPDATE shop.orders o SET total = l.s FROM (SELECT order_id, sum(qty) s FROM shop.order_lines GROUP BY 1) l WHERE l.order_id = o.id;
UPDATE shop.orders o SET total = l.s FROM (SELECT order_id, sum(qty) s FROM shop.order_lines) l WHERE l.order_id = o.id; -- refused
UPDATE shop.orders o SET total = (SELECT sum(qty * price) FROM shop.order_lines l JOIN shop.products p ON p.id = l.product_id WHERE l.order_id = o.id);
UPDATE shop.orders SET total = sum(1); -- refused
UPDATE shop.open_orders SET total = 1; -- refused
INSERT INTO shop.open_orders (id) VALUES (1); -- refused
INSERT INTO shop.new_orders (customer_id, status) VALUES (1, 'done'); -- refused
UPDATE shop.new_orders SET status = 'done';
DELETE FROM shop.new_orders;
DELETE FROM shop.open_orders; -- refused
DELETE FROM shop.revenue; -- refused
REFRESH MATERIALIZED VIEW CONCURRENTLY shop.revenue; -- refused
REFRESH MATERIALIZED VIEW shop.revenue;
REFRESH MATERIALIZED VIEW shop.open_orders; -- refused
CREATE UNIQUE INDEX ON shop.revenue (day); REFRESH MATERIALIZED VIEW CONCURRENTLY shop.revenue;
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN MATCHED THEN UPDATE SET n = n + 1 WHEN NOT MATCHED THEN INSERT (product_id, n) VALUES (p.id, 0);
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN MATCHED THEN UPDATE SET n = s.n + 1 WHEN NOT MATCHED THEN INSERT (product_id, n) VALUES (s.product_id, 0); -- refused
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN NOT MATCHED THEN INSERT VALUES (p.id);
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN NOT MATCHED THEN INSERT VALUES (p.id, 1, 2); -- refused
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN MATCHED THEN DO NOTHING;
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN NOT MATCHED BY SOURCE THEN UPDATE SET n = p.id; -- refused
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN MATCHED THEN DELETE WHEN MATCHED THEN UPDATE SET n = 1; -- refused
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN MATCHED THEN DELETE RETURNING merge_action(), s.*;
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN MATCHED THEN UPDATE SET n = 1 RETURNING old.n, new.n, p.sku;
MERGE INTO shop.stock s USING shop.products p ON p.id = s.product_id WHEN MATCHED THEN UPDATE SET m = 1; -- refused
MERGE INTO shop.revenue s USING shop.products p ON true WHEN MATCHED THEN DELETE; -- refused
ALTER TABLE shop.bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&); -- refused
ALTER TABLE shop.bookings ADD EXCLUDE USING btree (room WITH =);
ALTER TABLE shop.bookings ADD EXCLUDE USING gist (during WITH @>); -- refused
ALTER TABLE shop.bookings ADD EXCLUDE USING gist (during WITH <>); -- refused
ALTER TABLE shop.bookings ADD EXCLUDE USING gist (during WITH -|-);
ALTER TABLE shop.bookings ADD EXCLUDE USING gist (lower(during) WITH =); -- refused
ALTER TABLE shop.bookings ADD EXCLUDE (room WITH =) WHERE (room > 5);
ALTER TABLE shop.bookings ADD UNIQUE (room, during WITHOUT OVERLAPS); -- refused
CREATE TABLE shop.periods (doc int4range, valid daterange, FOREIGN KEY (doc, PERIOD valid) REFERENCES shop.ledger (doc, PERIOD valid));
CREATE TABLE shop.periods (doc int4range, valid daterange, FOREIGN KEY (doc, valid) REFERENCES shop.ledger (doc, valid)); -- refused
CREATE EXTENSION btree_gist; ALTER TABLE shop.bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&);
CREATE INDEX ON shop.products USING gin (tags);
CREATE INDEX ON shop.products USING gin (attrs jsonb_path_ops);
CREATE INDEX ON shop.products USING gin (sku); -- refused
CREATE INDEX ON shop.products USING gin (sku gin_trgm_ops);
CREATE INDEX ON shop.products USING gin (price); -- refused
CREATE INDEX ON shop.products USING gist (attrs); -- refused
CREATE INDEX ON shop.products USING hash (sku, price); -- refused
CREATE INDEX ON shop.products USING brin (price);
CREATE INDEX ON shop.products (attrs);
CREATE INDEX ON shop.products ((attrs ->> 'a'));
CREATE INDEX ON shop.products ((attrs -> 'a' ->> 'b'), price DESC NULLS LAST);
CREATE INDEX ON shop.products (sku text_pattern_ops);
CREATE INDEX ON shop.products (price text_pattern_ops); -- refused
CREATE INDEX ON shop.products (sku varchar_pattern_ops);
CREATE INDEX ON shop.orders ((placed_at::date)); -- refused
CREATE INDEX ON shop.orders (date_trunc('day', placed_at)); -- refused
CREATE INDEX ON shop.orders (date_trunc('day', placed_at, 'UTC'));
CREATE INDEX ON shop.orders (date_trunc('day', placed_at AT TIME ZONE 'UTC'));
CREATE INDEX ON shop.orders (to_char(placed_at, 'YYYY')); -- refused
CREATE INDEX ON shop.orders (extract(year FROM placed_at)); -- refused
CREATE INDEX ON shop.orders (extract(year FROM placed_at AT TIME ZONE 'UTC'));
CREATE INDEX ON shop.orders (status) WHERE placed_at > '2024-01-01';
CREATE INDEX ON shop.orders (status) WHERE placed_at > '2024-01-01'::date; -- refused
CREATE INDEX ON shop.orders (status) WHERE total IS NOT NULL AND status IN ('new', 'paid');
CREATE INDEX ON shop.orders (status) WHERE customer_id IN (SELECT id FROM shop.customers); -- refused
CREATE INDEX ON shop.orders (status) INCLUDE (total);
CREATE INDEX ON shop.orders USING hash (status) INCLUDE (total); -- refused
CREATE INDEX ON shop.orders (status) INCLUDE (lower(status)); -- refused
CREATE INDEX ON shop.open_orders (email); -- refused
CREATE INDEX ON shop.customers (lower(email) COLLATE "C");
CREATE INDEX ON shop.customers (concat(email, name)); -- refused
CREATE INDEX ON shop.customers ((email || ' ' || name));
CREATE INDEX ON shop.customers ((email || ' ' || total_spent));
CREATE INDEX ON shop.customers (format('%s', email)); -- refused
CREATE INDEX ON shop.customers (md5(email));
CREATE INDEX ON shop.customers (to_tsvector(email)); -- refused
CREATE INDEX ON shop.customers USING gin (to_tsvector('english', email));
CREATE INDEX ON shop.customers USING gin (to_tsvector(email)); -- refused
CREATE INDEX customers_email_live ON shop.customers (name); -- refused
CREATE INDEX IF NOT EXISTS customers_email_live ON shop.customers (name);
CREATE INDEX products ON shop.customers (name); -- refused
CREATE UNIQUE INDEX u ON shop.orders (total); ALTER TABLE shop.orders ADD PRIMARY KEY USING INDEX u; -- refused
CREATE UNIQUE INDEX u ON shop.orders (total); ALTER TABLE shop.orders ADD CONSTRAINT o_total UNIQUE USING INDEX u;
CREATE UNIQUE INDEX u ON shop.orders (total DESC); ALTER TABLE shop.orders ADD CONSTRAINT o_total UNIQUE USING INDEX u; -- refused
CREATE UNIQUE INDEX u ON shop.orders (total) WHERE total > 0; ALTER TABLE shop.orders ADD CONSTRAINT o_total UNIQUE USING INDEX u; -- refused
CREATE UNIQUE INDEX u ON shop.orders ((total + 1)); ALTER TABLE shop.orders ADD CONSTRAINT o_total UNIQUE USING INDEX u; -- refused
CREATE INDEX u ON shop.orders (total); ALTER TABLE shop.orders ADD CONSTRAINT o_total UNIQUE USING INDEX u; -- refused
ALTER TABLE shop.orders ADD PRIMARY KEY (id); -- refused
ALTER TABLE shop.orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (id); -- refused
ALTER TABLE shop.orders DROP CONSTRAINT orders_pkey CASCADE, ADD PRIMARY KEY (id);
ALTER TABLE shop.orders ADD COLUMN status text; -- refused
ALTER TABLE shop.orders ADD COLUMN IF NOT EXISTS status text;
ALTER TABLE shop.orders ADD COLUMN a int, ADD COLUMN a int; -- refused
ALTER TABLE shop.orders ADD COLUMN a int GENERATED ALWAYS AS IDENTITY;
ALTER TABLE shop.orders ADD COLUMN a int GENERATED ALWAYS AS (total) STORED;
ALTER TABLE shop.orders ADD COLUMN a text GENERATED ALWAYS AS (total) STORED;
ALTER TABLE shop.orders ADD COLUMN a text GENERATED ALWAYS AS (total || '') STORED;
ALTER TABLE shop.orders ADD COLUMN a text GENERATED ALWAYS AS (placed_at::text) STORED; -- refused
ALTER TABLE shop.orders ADD COLUMN a text GENERATED ALWAYS AS (upper(status));
ALTER TABLE shop.products ADD COLUMN a numeric GENERATED ALWAYS AS (gross * 2) STORED; -- refused
ALTER TABLE shop.orders ADD COLUMN a int DEFAULT total; -- refused
ALTER TABLE shop.orders ADD COLUMN a int DEFAULT (SELECT 1); -- refused
ALTER TABLE shop.orders ADD COLUMN a int DEFAULT random();
ALTER TABLE shop.orders ADD COLUMN a int DEFAULT random() * 100;
ALTER TABLE shop.orders ADD COLUMN a date DEFAULT now();
ALTER TABLE shop.orders ADD COLUMN a serial;
ALTER TABLE shop.orders ADD COLUMN a serial DEFAULT 5; -- refused
ALTER TABLE shop.orders ADD COLUMN a text NOT NULL NULL; -- refused
ALTER TABLE shop.orders ADD CHECK (total > (SELECT 0)); -- refused
ALTER TABLE shop.orders ADD CHECK (sum(total) > 0); -- refused
ALTER TABLE shop.orders ADD CHECK (customer.id > 0); -- refused
ALTER TABLE shop.orders ADD CHECK (total); -- refused
ALTER TABLE shop.orders ADD CHECK (status = ANY (ARRAY['new', 'paid']));
ALTER TABLE shop.orders ADD CHECK (status IN ('new', 5)); -- refused
ALTER TABLE shop.orders ADD CHECK (total IN ('5', 6));
ALTER TABLE shop.orders ADD CHECK (placed_at < now());
ALTER TABLE shop.orders ADD FOREIGN KEY (status) REFERENCES shop.products (sku);
ALTER TABLE shop.orders ADD FOREIGN KEY (status) REFERENCES shop.products; -- refused
ALTER TABLE shop.orders ADD FOREIGN KEY (total) REFERENCES shop.customers (id); -- refused
ALTER TABLE shop.orders ADD FOREIGN KEY (customer_id, total) REFERENCES shop.customers (id); -- refused
ALTER TABLE shop.orders ADD FOREIGN KEY (customer_id) REFERENCES shop.open_orders (id); -- refused
ALTER TABLE shop.orders ADD FOREIGN KEY (customer_id) REFERENCES shop.customers ON DELETE SET NULL (total); -- refused
ALTER TABLE shop.orders ADD FOREIGN KEY (customer_id) REFERENCES shop.customers ON DELETE SET NULL (customer_id);
ALTER TABLE shop.products ADD FOREIGN KEY (gross) REFERENCES shop.customers (total_spent); -- refused
ALTER TABLE shop.messages ADD COLUMN id bigint; -- refused
ALTER TABLE shop.messages DROP COLUMN note; -- refused
ALTER TABLE shop.messages RENAME COLUMN note TO remark; -- refused
ALTER TABLE shop.base RENAME COLUMN note TO remark; SELECT remark FROM shop.messages;
ALTER TABLE ONLY shop.base RENAME COLUMN note TO remark; -- refused
ALTER TABLE ONLY shop.base ADD COLUMN x int; -- refused
ALTER TABLE shop.base ADD COLUMN body int; -- refused
ALTER TABLE shop.base ADD COLUMN body text;
ALTER TABLE ONLY shop.base ADD CONSTRAINT c CHECK (id > 0); -- refused
ALTER TABLE ONLY shop.base ADD CONSTRAINT c CHECK (id > 0) NO INHERIT;
ALTER TABLE shop.messages NO INHERIT shop.base; ALTER TABLE shop.messages DROP COLUMN note;
ALTER TABLE shop.messages INHERIT shop.base; -- refused
ALTER TABLE shop.base INHERIT shop.messages; -- refused
ALTER TABLE shop.orders INHERIT shop.base; -- refused
DROP TABLE shop.base; -- refused
DROP TYPE shop.address; -- refused
ALTER TYPE shop.address ADD ATTRIBUTE country text; -- refused
ALTER TYPE shop.address ADD ATTRIBUTE country text CASCADE; SELECT country FROM shop.addresses;
ALTER TABLE shop.addresses ADD COLUMN country text; -- refused
ALTER TABLE shop.addresses NOT OF; ALTER TABLE shop.addresses ADD COLUMN country text;
ALTER TABLE shop.addresses ALTER COLUMN city SET NOT NULL;
ALTER TABLE shop.addresses RENAME COLUMN city TO town; -- refused
ALTER TYPE shop.address RENAME ATTRIBUTE city TO town; -- refused
ALTER TYPE shop.address RENAME ATTRIBUTE city TO town CASCADE;
CREATE TEMP TABLE orders AS SELECT 1 AS a; SELECT a FROM orders;
CREATE TEMP TABLE x (id int REFERENCES shop.orders); -- refused
CREATE TEMP TABLE shop.x (id int); -- refused
CREATE TABLE shop.y (LIKE shop.orders INCLUDING ALL);
CREATE TABLE shop.y (LIKE shop.order, x int); -- refused
CREATE TABLE shop.y (LIKE shop.orders, status int); -- refused
CREATE TABLE shop.y AS SELECT id, id FROM shop.orders; -- refused
CREATE VIEW shop.y AS SELECT o.id, l.* , o.id FROM shop.orders o JOIN shop.order_lines l ON l.order_id = o.id; -- refused
CREATE VIEW shop.y AS SELECT o.*, l.line FROM shop.orders o JOIN shop.order_lines l ON l.order_id = o.id;
CREATE VIEW shop.y AS SELECT * FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id; -- refused
CREATE VIEW shop.y (a, b) AS SELECT id FROM shop.orders; -- refused
CREATE VIEW shop.y AS SELECT id AS n, total FROM shop.orders WITH CHECK OPTION;
CREATE VIEW shop.y AS SELECT sum(total) AS n FROM shop.orders WITH CHECK OPTION; -- refused
CREATE OR REPLACE VIEW shop.new_orders AS SELECT id, customer_id, total, status FROM shop.orders; -- refused
CREATE OR REPLACE VIEW shop.new_orders AS SELECT id, customer_id, status, total, placed_at FROM shop.orders;
CREATE OR REPLACE VIEW shop.new_orders AS SELECT id, customer_id, status, total::int FROM shop.orders; -- refused
CREATE OR REPLACE VIEW shop.revenue AS SELECT 1 AS day; -- refused
CREATE OR REPLACE VIEW shop.orders AS SELECT 1 AS day; -- refused
ALTER VIEW shop.new_orders RENAME COLUMN total TO amount;
ALTER VIEW shop.new_orders DROP COLUMN total; -- refused
ALTER TABLE shop.new_orders ALTER COLUMN total SET DEFAULT 4;
ALTER TABLE shop.new_orders ADD COLUMN x int; -- refused
DROP VIEW shop.revenue; -- refused
DROP MATERIALIZED VIEW shop.revenue;
DROP TABLE shop.orders; -- refused
DROP TABLE shop.orders, shop.order_lines; -- refused
DROP VIEW shop.open_orders, shop.new_orders; DROP MATERIALIZED VIEW shop.revenue; DROP TABLE shop.orders, shop.order_lines;
DROP TABLE shop.order_lines;
DROP TABLE shop.stock, shop.products; -- refused
DROP TABLE shop.stock, shop.products, shop.order_lines;
ALTER TABLE shop.customers DROP COLUMN email; -- refused
ALTER TABLE shop.customers ALTER COLUMN email TYPE citext; -- refused
ALTER TABLE shop.customers ALTER COLUMN name TYPE varchar(200);
ALTER TABLE shop.customers ALTER COLUMN total_spent TYPE int;
ALTER TABLE shop.customers ALTER COLUMN name TYPE int; -- refused
ALTER TABLE shop.customers ALTER COLUMN name TYPE int USING name::int;
ALTER TABLE shop.customers ALTER COLUMN deleted_at TYPE date;
ALTER TABLE shop.customers ALTER COLUMN deleted_at TYPE boolean USING deleted_at IS NOT NULL;
ALTER TABLE shop.products ALTER COLUMN price TYPE numeric(12,4); -- refused
ALTER TABLE shop.products ALTER COLUMN attrs TYPE json USING attrs::json;
ALTER TABLE shop.products ALTER COLUMN attrs TYPE text;
ALTER TABLE shop.products ALTER COLUMN tags TYPE jsonb USING to_jsonb(tags);
ALTER TABLE shop.products ALTER COLUMN tags TYPE jsonb; -- refused
ALTER TABLE shop.products ALTER COLUMN sku TYPE uuid USING sku::uuid;
ALTER TABLE shop.products ALTER COLUMN sku TYPE uuid; -- refused
ALTER TABLE shop.products ALTER COLUMN gross DROP EXPRESSION;
ALTER TABLE shop.products ALTER COLUMN price DROP EXPRESSION; -- refused
ALTER TABLE shop.products ALTER COLUMN price DROP EXPRESSION IF EXISTS;
ALTER TABLE shop.products ALTER COLUMN gross SET EXPRESSION AS (price);
ALTER TABLE shop.products ALTER COLUMN gross SET EXPRESSION AS (gross + 1); -- refused
ALTER TABLE shop.products ALTER COLUMN gross SET DEFAULT 1; -- refused
ALTER TABLE shop.products ALTER COLUMN gross DROP DEFAULT; -- refused
ALTER TABLE shop.products ALTER COLUMN id DROP NOT NULL; -- refused
ALTER TABLE shop.products ALTER COLUMN id SET DEFAULT 5; -- refused
ALTER TABLE shop.products ALTER COLUMN id DROP IDENTITY, ALTER COLUMN id SET DEFAULT 5;
ALTER TABLE shop.products ALTER COLUMN id SET GENERATED BY DEFAULT;
ALTER TABLE shop.products ALTER COLUMN price SET GENERATED BY DEFAULT; -- refused
ALTER TABLE shop.products ALTER COLUMN price ADD GENERATED ALWAYS AS IDENTITY; -- refused
ALTER TABLE shop.orders ALTER COLUMN total ADD GENERATED ALWAYS AS IDENTITY; -- refused
ALTER TABLE shop.stock ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE shop.products ALTER COLUMN price DROP IDENTITY; -- refused
ALTER TABLE shop.products ALTER COLUMN price DROP IDENTITY IF EXISTS;

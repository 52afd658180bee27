-- Types, writes, queries and indexes of an older project
ALTER TABLE accounts ALTER COLUMN id TYPE int; -- refused
ALTER TABLE accounts ALTER COLUMN created_at TYPE timestamptz USING created_at AT TIME ZONE 'UTC';
ALTER TABLE accounts ALTER COLUMN email TYPE text; -- refused
ALTER TABLE accounts ALTER COLUMN password_hash TYPE text;
ALTER TABLE accounts ALTER COLUMN password_hash TYPE text USING encode(password_hash, 'hex');
ALTER TABLE accounts ALTER COLUMN deleted TYPE int; -- refused
ALTER TABLE accounts ADD COLUMN role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin'));
ALTER TABLE accounts ADD COLUMN referred_by bigint REFERENCES accounts (id) ON DELETE SET NULL;
ALTER TABLE accounts ADD COLUMN referred_by uuid REFERENCES accounts (id); -- refused
ALTER TABLE accounts ADD COLUMN referred_by bigint REFERENCES accounts (created_at); -- refused
ALTER TABLE accounts ADD CONSTRAINT accounts_email_key UNIQUE (email); -- refused
ALTER TABLE accounts DROP CONSTRAINT accounts_email_key;
ALTER TABLE accounts DROP CONSTRAINT accounts_email; -- refused
ALTER TABLE accounts DROP COLUMN deleted; -- refused
ALTER TABLE accounts RENAME TO users; ALTER TABLE users RENAME CONSTRAINT accounts_pkey TO users_pkey;
ALTER TABLE accounts RENAME TO users; SELECT * FROM active_accounts;
ALTER TABLE accounts RENAME TO users; SELECT nextval('accounts_id_seq');
ALTER SEQUENCE accounts_id_seq RESTART WITH 100;
ALTER SEQUENCE accounts_id_seq AS int;
SELECT setval('accounts_id_seq', (SELECT max(id) FROM accounts));
SELECT setval(pg_get_serial_sequence('accounts', 'id'), 10);
INSERT INTO accounts (email) VALUES ('a@b.c'), ('a@b.c'); -- refused
INSERT INTO accounts (email) VALUES ('a@b.c') ON CONFLICT (email) DO NOTHING;
INSERT INTO accounts (email) VALUES ('a@b.c') ON CONFLICT (id) DO UPDATE SET email = excluded.email;
INSERT INTO accounts (email, password_hash) VALUES ('a@b.c', '\xdeadbeef');
INSERT INTO accounts (email, password_hash) VALUES ('a@b.c', '\xdeadbee'); -- refused
INSERT INTO accounts (email, created_at) VALUES ('a@b.c', now()::date);
INSERT INTO accounts (email, deleted) VALUES ('a@b.c', 'maybe'); -- refused
INSERT INTO accounts (email, deleted) VALUES ('a@b.c', 't'), ('b', '0'), ('c', 'off');
INSERT INTO accounts (email, deleted) VALUES ('a@b.c', 1); -- refused
INSERT INTO products (sku, price, dims, period) VALUES ('x', '12.50', '{1,2,3}', '[2024-01-01,2024-02-01)');
INSERT INTO products (sku, price, dims, period) VALUES ('x', 12.5, '{1,2,3,4}', daterange('2024-01-01', '2024-02-01'));
INSERT INTO products (sku, dims) VALUES ('x', '{a}'); -- refused
INSERT INTO products (sku, period) VALUES ('x', '[2024-02-01,2024-01-01)'); -- refused
INSERT INTO products (sku) VALUES ('a sku that is far too long for it'); -- refused
INSERT INTO products (sku, location) VALUES ('x', '(1,2)'), ('y', point(1, 2));
INSERT INTO carts VALUES (1, 1, 0); -- refused
INSERT INTO carts (account_id, product_id, qty) VALUES (1, NULL, 1); -- refused
INSERT INTO carts (account_id, qty) VALUES (1, 1); -- refused
INSERT INTO orders (account_id, state) VALUES (1, 'payed'); -- refused
INSERT INTO orders (account_id, total) VALUES (1, 9999999999.99);
INSERT INTO orders (account_id, total) VALUES (1, 99999999999); -- refused
INSERT INTO orders (account_id, placed) VALUES (1, '2024-01-01'), (1, '2024-01-02');
INSERT INTO orders (account_id, placed) VALUES (1, '2024-01-01'), (1, '2024-01-01'); -- refused
INSERT INTO orders (account_id, placed) VALUES (NULL, '2024-01-01'), (NULL, '2024-01-01');
UPDATE orders SET state = 'lost'; -- refused
UPDATE orders SET state = CASE WHEN total > 0 THEN 'paid' ELSE 'new' END; -- refused
UPDATE orders SET state = CASE WHEN total > 0 THEN 'paid' ELSE 'new' END::order_state;
UPDATE orders SET total = total * '1.1';
UPDATE orders SET placed = placed + 1;
UPDATE orders SET placed = placed + interval '1 day';
UPDATE orders SET placed = now();
UPDATE orders SET total = placed; -- refused
SELECT set_state(id, 'paid') FROM orders;
SELECT set_state(id, 'sent') FROM orders; -- refused
SELECT set_state(id) FROM orders; -- refused
SELECT set_state(account_id, 'paid') FROM orders; -- refused
DELETE FROM accounts USING sessions s WHERE s.account_id = accounts.id;
DELETE FROM accounts USING sessions s WHERE s.user_id = accounts.id; -- refused
SELECT a.email, count(*) FROM accounts a JOIN orders o ON o.account_id = a.id GROUP BY a.email;
SELECT a.email, o.total FROM accounts a JOIN orders o ON o.account_id = a.id GROUP BY a.email; -- refused
SELECT a.email, a.created_at FROM accounts a GROUP BY a.id;
SELECT email FROM accounts ORDER BY created_at LIMIT 5 OFFSET '2';
SELECT DISTINCT email FROM accounts ORDER BY created_at; -- refused
SELECT email FROM accounts UNION SELECT token FROM sessions;
SELECT id FROM accounts UNION SELECT token FROM sessions; -- refused
SELECT * FROM accounts WHERE id IN (SELECT account_id, total FROM orders); -- refused
SELECT * FROM accounts WHERE email LIKE 5; -- refused
SELECT * FROM sessions WHERE data ->> 'a' = 'b' AND data @> '{}'; -- refused
SELECT * FROM sessions WHERE data::jsonb @> '{}';
SELECT * FROM sessions GROUP BY data; -- refused
SELECT jsonb_agg(s ORDER BY expires_at) FROM sessions s;
SELECT string_agg(id, ',') FROM accounts; -- refused
SELECT string_agg(id::text, ',' ORDER BY id) FROM accounts;
SELECT sum(email) FROM accounts; -- refused
SELECT avg(total) OVER (PARTITION BY account_id ORDER BY placed) FROM orders;
SELECT rank() FROM orders; -- refused
SELECT rank() OVER w FROM orders WINDOW w AS (ORDER BY total);
SELECT rank() OVER x FROM orders WINDOW w AS (ORDER BY total); -- refused
DROP TABLE orders; SELECT audit_row; -- refused
DROP FUNCTION audit_row(); -- refused
DROP TYPE order_state; -- refused
DROP TYPE order_state CASCADE; SELECT state FROM orders; -- refused
DROP TYPE order_state CASCADE; SELECT set_state(NULL, NULL); -- refused
ALTER TYPE order_state ADD VALUE 'returned';
ALTER TYPE order_state ADD VALUE 'paid'; -- refused
ALTER TYPE order_state ADD VALUE IF NOT EXISTS 'paid';
CREATE TYPE order_state AS ENUM ('x'); -- refused
CREATE TYPE orders AS (a int); -- refused
CREATE INDEX ON orders USING gin (state); -- refused
CREATE INDEX ON products (location); -- refused
CREATE INDEX ON products USING gist (location);
CREATE INDEX ON products USING gist (period);
CREATE INDEX ON products (spec); -- refused
CREATE INDEX ON sessions (data); -- refused
CREATE INDEX ON sessions ((data ->> 'a'));
CREATE INDEX ON audit USING gin (what jsonb_path_ops);
CREATE INDEX ON audit USING gin (what jsonb_path_opts); -- refused
ALTER TABLE sessions ADD UNIQUE (data); -- refused
ALTER TABLE products ADD PRIMARY KEY (sku); -- refused
ALTER TABLE audit ADD PRIMARY KEY (id);
ALTER TABLE audit ADD PRIMARY KEY (what);
ALTER TABLE audit ADD PRIMARY KEY (who, at);

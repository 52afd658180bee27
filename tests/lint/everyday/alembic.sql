CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped');
CREATE TABLE customer (id SERIAL NOT NULL, email VARCHAR(254) NOT NULL, full_name VARCHAR, created_at TIMESTAMP WITHOUT TIME ZONE DEFAULT now() NOT NULL, PRIMARY KEY (id), UNIQUE (email));
CREATE INDEX ix_customer_full_name ON customer (full_name);
CREATE TABLE "order" (id SERIAL NOT NULL, customer_id INTEGER NOT NULL, status order_status NOT NULL DEFAULT 'new', total NUMERIC(10, 2) NOT NULL, tags VARCHAR[] DEFAULT '{}' NOT NULL, meta JSON, PRIMARY KEY (id), FOREIGN KEY(customer_id) REFERENCES customer (id) ON DELETE CASCADE);
CREATE INDEX ix_order_status ON "order" (status);
INSERT INTO alembic_version (version_num) VALUES ('a1') RETURNING alembic_version.version_num;
ALTER TABLE "order" ALTER COLUMN status TYPE VARCHAR(20);
ALTER TABLE "order" ALTER COLUMN status TYPE order_status USING status::order_status;
ALTER TABLE "order" ALTER COLUMN status DROP DEFAULT;
ALTER TABLE "order" ALTER COLUMN status TYPE order_status USING status::order_status;
ALTER TABLE "order" ALTER COLUMN status SET DEFAULT 'new';
-- refused
ALTER TABLE "order" ALTER COLUMN status SET DEFAULT 'open';
-- refused
CREATE INDEX ix_order_meta ON "order" USING gin (meta);
CREATE INDEX ix_order_tags ON "order" USING gin (tags);
ALTER TABLE "order" ALTER COLUMN meta TYPE JSONB USING meta::text::jsonb;
CREATE INDEX ix_order_meta ON "order" USING gin (meta jsonb_path_ops);
UPDATE alembic_version SET version_num='a2' WHERE alembic_version.version_num = 'a1';
ALTER TABLE customer ADD COLUMN phone VARCHAR(20) NOT NULL;
INSERT INTO customer (email, phone) VALUES ('a@b.c', '1');
ALTER TABLE customer ADD COLUMN vip BOOLEAN;
UPDATE customer SET vip = false WHERE vip IS NULL;
ALTER TABLE customer ALTER COLUMN vip SET NOT NULL;
-- refused
ALTER TABLE customer ALTER COLUMN vip SET DEFAULT 0;
ALTER TABLE customer ALTER COLUMN vip SET DEFAULT false;
ALTER TABLE customer ADD CONSTRAINT ck_phone CHECK (phone ~ '^[0-9]+$');
ALTER TABLE customer ADD CONSTRAINT uq_customer_phone UNIQUE (phone);
ALTER TABLE customer DROP CONSTRAINT customer_email_key;
-- refused
ALTER TABLE customer DROP CONSTRAINT customer_email_key;
CREATE UNIQUE INDEX ix_customer_email ON customer (lower(email));
-- refused
INSERT INTO customer (email, phone, vip) VALUES ('x@y.z', '2', true) ON CONFLICT (email) DO NOTHING;
INSERT INTO customer (email, phone, vip) VALUES ('x@y.z', '2', true) ON CONFLICT (lower(email)) DO NOTHING;
INSERT INTO "order" (customer_id, total, status) SELECT id, 1, 'paid' FROM customer;
-- refused
INSERT INTO "order" (customer_id, total, status) SELECT id, 1, 'payed' FROM customer;
ALTER TYPE order_status RENAME VALUE 'shipped' TO 'sent';
-- refused
ALTER TYPE order_status ADD VALUE 'lost' AFTER 'shipped';
ALTER TYPE order_status ADD VALUE 'lost' AFTER 'sent';
-- refused
UPDATE "order" SET status = 'shipped' WHERE total > 5;
SELECT count(*) FROM "order" WHERE status = 'lost' GROUP BY customer_id HAVING count(*) > 1;
-- refused
DROP TYPE order_status;
ALTER TABLE customer RENAME COLUMN full_name TO name;
-- refused
CREATE INDEX ix_customer_name ON customer (full_name);
ALTER INDEX ix_customer_full_name RENAME TO ix_customer_name;
-- refused
DROP INDEX ix_customer_full_name;
ALTER SEQUENCE customer_id_seq AS BIGINT;
ALTER TABLE customer ALTER COLUMN id TYPE BIGINT;
ALTER TABLE "order" ALTER COLUMN customer_id TYPE BIGINT;
-- refused
ALTER TABLE "order" ALTER COLUMN customer_id TYPE UUID;
-- refused
ALTER TABLE "order" ADD FOREIGN KEY(customer_email) REFERENCES customer (email);
-- refused
ALTER TABLE "order" ADD COLUMN shipped_at TIMESTAMP WITH TIME ZONE, ADD COLUMN days INTEGER GENERATED ALWAYS AS (EXTRACT(day FROM shipped_at)::integer) STORED;
ALTER TABLE "order" ADD COLUMN shipped_at TIMESTAMP WITH TIME ZONE, ADD COLUMN cents BIGINT GENERATED ALWAYS AS ((total * 100)::bigint) STORED;
-- refused
UPDATE "order" SET cents = 5;
-- refused
ALTER TABLE "order" DROP COLUMN total;
COMMENT ON COLUMN "order".cents IS 'x';
ALTER TABLE "order" RENAME TO purchase;
-- refused
ALTER TABLE "order" ADD COLUMN x INTEGER;
ALTER TABLE purchase ADD COLUMN x INTEGER REFERENCES purchase;
-- refused
DROP TABLE customer;
DELETE FROM alembic_version WHERE alembic_version.version_num = 'a2';

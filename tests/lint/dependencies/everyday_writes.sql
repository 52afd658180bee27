-- 19
ALTER TABLE "App Data"."Order Items" DROP COLUMN "Qty"; -- refused
ALTER TABLE "App Data"."Order Items" ALTER "Qty" TYPE bigint; -- refused
ALTER TABLE "App Data"."Order Items" RENAME "Qty" TO qty;
DROP TABLE "App Data"."Order Items"; -- refused
DROP SCHEMA "App Data"; -- refused
DROP SCHEMA "App Data" CASCADE;
DROP VIEW "App Data"."V"; ALTER TABLE "App Data"."Order Items" DROP COLUMN "Qty"; -- refused
DROP VIEW "App Data"."V"; ALTER TABLE "App Data"."Order Items" DROP COLUMN total, DROP COLUMN "Qty";
DO $$ BEGIN ALTER TABLE towns DROP COLUMN pop; END $$; -- refused
DO $$ BEGIN EXECUTE 'ALTER TABLE towns DROP COLUMN pop'; END $$; -- refused
DO $$ BEGIN DROP FUNCTION mood_of; EXCEPTION WHEN OTHERS THEN NULL; END $$;
DROP FUNCTION mood_of(int); -- refused
DROP FUNCTION area_of;
DROP FUNCTION touch; -- refused
DROP FUNCTION touch() CASCADE;
DROP TYPE mood; -- refused
DROP DOMAIN posint; -- refused
DROP SEQUENCE s; -- refused
DROP SEQUENCE s CASCADE;
DROP AGGREGATE agg(int); -- refused
DROP VIEW uses_agg, v2; DROP AGGREGATE agg(int);
DROP VIEW town_names; -- refused
DROP VIEW v2, town_names;
DROP VIEW town_names, v2;
ALTER TABLE towns DROP COLUMN doubled;
ALTER TABLE towns DROP COLUMN area;
ALTER TABLE towns DROP COLUMN code;
ALTER TABLE towns DROP COLUMN born;
ALTER TABLE towns DROP COLUMN name; -- refused
ALTER TABLE towns DROP COLUMN name CASCADE;
ALTER TABLE towns ALTER COLUMN name TYPE varchar(50); -- refused
ALTER TABLE towns ALTER COLUMN pop TYPE bigint; -- refused
ALTER TABLE towns ALTER COLUMN born TYPE timestamptz;
ALTER TABLE towns ALTER COLUMN area TYPE numeric(8,2);
ALTER TABLE towns DROP CONSTRAINT towns_pkey; -- refused
ALTER TABLE towns DROP CONSTRAINT towns_pkey CASCADE;
ALTER TABLE towns DROP CONSTRAINT towns_code_key;
DROP INDEX towns_pkey; -- refused
DROP INDEX towns_code_key; -- refused
DROP INDEX towns_lower;
DROP TABLE towns; -- refused
DROP TABLE streets, towns; -- refused
DROP TABLE people;
DROP TABLE parent_a; DROP TABLE parent;
DROP TABLE parent;
ALTER TABLE parent_a DROP COLUMN k; -- refused
ALTER TABLE parent DROP COLUMN k; -- refused
ALTER TABLE parent_a ALTER COLUMN id DROP NOT NULL; -- refused
ALTER TABLE streets DROP COLUMN town_id;
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
ALTER VIEW town_names RENAME COLUMN name TO label; SELECT name FROM town_names; -- refused
ALTER VIEW town_names RENAME COLUMN name TO label; SELECT name FROM v2;
CREATE OR REPLACE VIEW town_names AS SELECT id FROM towns; -- refused
CREATE OR REPLACE VIEW town_names AS SELECT id, upper(name) AS name, pop FROM towns;
CREATE OR REPLACE VIEW town_names AS SELECT id, name FROM towns;
CREATE OR REPLACE VIEW town_names AS SELECT id, name::varchar FROM towns; -- refused
DROP MATERIALIZED VIEW mv; ALTER TABLE towns DROP CONSTRAINT towns_pkey CASCADE;
ALTER TABLE people ALTER COLUMN m TYPE text;
ALTER TABLE people ALTER COLUMN m DROP DEFAULT, ALTER COLUMN m TYPE text;
ALTER TABLE people ALTER COLUMN p TYPE text;
ALTER TABLE people ALTER COLUMN tags TYPE int[]; -- refused
ALTER TABLE people ALTER COLUMN tags TYPE jsonb; -- refused
ALTER TABLE people ALTER COLUMN tags TYPE jsonb USING to_jsonb(tags); -- refused
ALTER TABLE people ALTER COLUMN tags DROP DEFAULT, ALTER COLUMN tags TYPE jsonb USING to_jsonb(tags);
ALTER DOMAIN posint DROP CONSTRAINT posint_check;
ALTER DOMAIN posint DROP CONSTRAINT nope; -- refused
ALTER TABLE towns RENAME TO cities; DROP TABLE cities; -- refused
ALTER TABLE towns SET SCHEMA "App Data"; SELECT * FROM "App Data".towns;
ALTER TABLE towns SET SCHEMA "App Data"; SELECT * FROM towns; -- refused
DROP TRIGGER touch ON towns; DROP FUNCTION touch;
DROP POLICY p ON towns; DROP FUNCTION mood_of;
DROP STATISTICS st; ALTER TABLE towns ALTER COLUMN name TYPE varchar(50); -- refused
-- 22
INSERT INTO towns VALUES (1, 'a', 2, 'c', 1, 4); -- refused
INSERT INTO towns (id, name, doubled) VALUES (1, 'a', 2); -- refused
INSERT INTO towns (id, name, doubled) VALUES (1, 'a', DEFAULT);
INSERT INTO towns (id, pop) VALUES (1, 2); -- refused
INSERT INTO towns (id, name) VALUES (1, NULL); -- refused
INSERT INTO towns (id, name) SELECT 1, NULL; -- refused
INSERT INTO towns (id, name, code) VALUES (1, 'a', 'toolong'); -- refused
INSERT INTO towns (id, name, area) VALUES (1, 'a', 12345.5); -- refused
INSERT INTO towns (id, name, born) VALUES (1, 'a', '2024-02-30'); -- refused
INSERT INTO towns (id, name, born) VALUES (1, 'a', 'today');
INSERT INTO streets (id, town_id) VALUES (1, 1); -- refused
INSERT INTO streets (id, town_id) OVERRIDING SYSTEM VALUE SELECT 1, id FROM towns;
INSERT INTO streets SELECT 1, 2; -- refused
INSERT INTO towns (id, name) VALUES (1, 'a') ON CONFLICT (name) DO NOTHING; -- refused
INSERT INTO towns (id, name) VALUES (1, 'a') ON CONFLICT (code) DO NOTHING;
INSERT INTO towns (id, name) VALUES (1, 'a') ON CONFLICT ON CONSTRAINT towns_lower DO NOTHING; -- refused
INSERT INTO towns (id, name) VALUES (1, 'a') ON CONFLICT ON CONSTRAINT towns_pkey DO UPDATE SET doubled = 1; -- refused
INSERT INTO towns (id, name) VALUES (1, 'a') ON CONFLICT DO UPDATE SET name = 'x'; -- refused
UPDATE towns SET doubled = 3; -- refused
UPDATE towns SET doubled = DEFAULT;
UPDATE streets SET id = 2; -- refused
UPDATE streets SET id = DEFAULT;
UPDATE towns SET name = NULL;
UPDATE "App Data"."Order Items" SET "Qty" = NULL;
UPDATE "App Data"."Order Items" SET total = 1; -- refused
UPDATE "App Data"."Order Items" SET Qty = 1; -- refused
UPDATE people SET m = 'happy'; -- refused
UPDATE people SET p = -1;
INSERT INTO people (id, id) VALUES (1, 2); -- refused
INSERT INTO people (m) VALUES ('happy'::mood); -- refused
INSERT INTO town_names (id, name) VALUES (1, 'x'); -- refused
UPDATE town_names SET id = 3;
INSERT INTO mv VALUES ('a', 1); -- refused
ALTER TABLE streets ALTER COLUMN id SET DEFAULT 1; -- refused
ALTER TABLE streets ALTER COLUMN id DROP IDENTITY;
ALTER TABLE streets ALTER COLUMN id DROP DEFAULT; -- refused
ALTER TABLE streets ALTER COLUMN town_id ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE streets ALTER COLUMN label ADD GENERATED ALWAYS AS IDENTITY; -- refused
ALTER TABLE towns ALTER COLUMN pop ADD GENERATED BY DEFAULT AS IDENTITY; -- refused
ALTER TABLE towns ALTER COLUMN doubled DROP EXPRESSION;
ALTER TABLE towns ALTER COLUMN pop DROP EXPRESSION; -- refused
ALTER TABLE towns ALTER COLUMN pop DROP EXPRESSION IF EXISTS;
ALTER TABLE towns ALTER COLUMN doubled SET DEFAULT 1; -- refused
ALTER TABLE towns ALTER COLUMN id DROP NOT NULL; -- refused
ALTER TABLE towns ADD COLUMN x int GENERATED ALWAYS AS (doubled) STORED; -- refused
ALTER TABLE towns ADD COLUMN x text GENERATED ALWAYS AS (born::text) STORED; -- refused
ALTER TABLE towns ADD COLUMN x text GENERATED ALWAYS AS (name || pop) STORED;
ALTER TABLE towns ADD COLUMN x int GENERATED ALWAYS AS (x + 1) STORED; -- refused
CREATE TABLE z (a numeric GENERATED ALWAYS AS IDENTITY); -- refused
CREATE TABLE z (a int, b int GENERATED ALWAYS AS (a) STORED, c int GENERATED ALWAYS AS (b) STORED); -- refused
CREATE TABLE z (a int CHECK (b > 1), b int);
CREATE TABLE z (a int CHECK (a > (SELECT 1))); -- refused
CREATE TABLE z (LIKE towns INCLUDING ALL, doubled int); -- refused
REFRESH MATERIALIZED VIEW CONCURRENTLY mv; -- refused
CREATE UNIQUE INDEX ON mv (name); REFRESH MATERIALIZED VIEW CONCURRENTLY mv;
CREATE UNIQUE INDEX ON mv (lower(name)); REFRESH MATERIALIZED VIEW CONCURRENTLY mv; -- refused
CREATE UNIQUE INDEX ON mv (name) WHERE n > 1; REFRESH MATERIALIZED VIEW CONCURRENTLY mv; -- refused
REFRESH MATERIALIZED VIEW CONCURRENTLY mv WITH NO DATA; -- refused
ALTER POLICY p ON towns WITH CHECK (pop > 1);
CREATE POLICY q ON town_names USING (true); -- refused
CREATE POLICY q ON towns USING (count(*) > 1); -- refused
CREATE POLICY q ON towns USING (pop); -- refused
CREATE POLICY q ON towns FOR SELECT USING (id IN (SELECT t.id FROM towns t)); SELECT * FROM towns;
INSERT INTO streets SELECT id, id FROM towns; -- refused
INSERT INTO streets OVERRIDING SYSTEM VALUE SELECT 1, 2 WHERE false;
INSERT INTO streets SELECT 1, 2 WHERE false; -- refused
INSERT INTO streets (town_id) SELECT id FROM towns;
INSERT INTO towns SELECT 1, NULL WHERE false;
INSERT INTO towns SELECT 1, 'x', 2, 'c', 1, 4; -- refused
INSERT INTO towns SELECT 1, 'x', 2, 'c';
INSERT INTO towns SELECT 1, 'x', 2, 'toolong'; -- refused
INSERT INTO towns (id, name) SELECT 1, 'x';
INSERT INTO towns (id) SELECT 1; -- refused
INSERT INTO towns (id) SELECT 1 WHERE false;
INSERT INTO "App Data"."Order Items" SELECT 1, 2, 3; -- refused
INSERT INTO "App Data"."Order Items" SELECT 1, 2;

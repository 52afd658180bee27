-- Columns under views
ALTER TABLE people DROP COLUMN age; -- refused
ALTER TABLE people DROP COLUMN name; -- refused
ALTER TABLE people DROP COLUMN id; -- refused
ALTER TABLE people DROP COLUMN free;
ALTER TABLE people DROP COLUMN age CASCADE;
ALTER TABLE people DROP COLUMN IF EXISTS age; -- refused
ALTER TABLE people DROP COLUMN IF EXISTS nothing;
ALTER TABLE people ALTER COLUMN age TYPE bigint; -- refused
ALTER TABLE people ALTER COLUMN name TYPE varchar(20); -- refused
ALTER TABLE people ALTER COLUMN free TYPE varchar(20);
ALTER TABLE orders ALTER COLUMN total TYPE float8; -- refused
ALTER TABLE orders ALTER COLUMN place TYPE text; -- refused
ALTER TABLE orders ADD COLUMN later int; ALTER TABLE orders DROP COLUMN later;
ALTER TABLE orders ADD COLUMN later int; ALTER TABLE orders ALTER COLUMN later TYPE bigint;
ALTER TABLE tree DROP COLUMN label; -- refused
ALTER TABLE tree RENAME COLUMN label TO title; ALTER TABLE tree DROP COLUMN title; -- refused
ALTER TABLE tree RENAME TO trees; ALTER TABLE trees DROP COLUMN label; -- refused
ALTER TABLE tree SET SCHEMA app; ALTER TABLE app.tree DROP COLUMN label; -- refused
ALTER SCHEMA app RENAME TO other; ALTER TABLE other.things DROP COLUMN owner; -- refused
DROP VIEW "Quoted View"; DROP POLICY mine ON app.things; ALTER TABLE tree DROP COLUMN label;
DROP VIEW "Quoted View"; ALTER TABLE tree DROP COLUMN label; -- refused
CREATE OR REPLACE VIEW "Quoted View" AS SELECT 'x'::text AS "The Label"; DROP POLICY mine ON app.things; ALTER TABLE tree DROP COLUMN label;
CREATE OR REPLACE VIEW adult_names AS SELECT name AS who FROM people; DROP FUNCTION list_adults(); DROP VIEW adults;
CREATE OR REPLACE VIEW adults AS SELECT id, name FROM people WHERE score > 1; ALTER TABLE people DROP COLUMN age;
CREATE OR REPLACE VIEW adults AS SELECT id, name FROM people WHERE free > ''; ALTER TABLE people DROP COLUMN free; -- refused
ALTER TABLE app.things DROP COLUMN owner; -- refused
ALTER TABLE parted DROP COLUMN v; -- refused
ALTER TABLE parted ALTER COLUMN v TYPE varchar(9); -- refused
ALTER TABLE lonely DROP COLUMN val, DROP COLUMN other;
-- Columns under policies, triggers, generated columns and functions
DROP FUNCTION list_adults(); DROP VIEW adult_names, adults, counted; ALTER TABLE people DROP COLUMN name; -- refused
ALTER TABLE people DROP COLUMN score; -- refused
ALTER TABLE people ALTER COLUMN score TYPE bigint; -- refused
DROP POLICY own ON people; ALTER TABLE people DROP COLUMN score;
DROP POLICY own ON people; ALTER TABLE people ALTER COLUMN score TYPE bigint;
ALTER POLICY own ON people WITH CHECK (true); ALTER TABLE people DROP COLUMN score;
ALTER POLICY own ON people WITH CHECK (free > ''); ALTER TABLE people DROP COLUMN free; -- refused
DROP VIEW all_orders; DROP FUNCTION people_of(orders); ALTER TABLE orders DROP COLUMN who; -- refused
DROP VIEW all_orders; DROP POLICY via_orders ON people; ALTER TABLE orders DROP COLUMN who;
DROP VIEW all_orders; ALTER TABLE orders DROP COLUMN at; -- refused
DROP VIEW all_orders; ALTER TABLE orders ALTER COLUMN at TYPE timestamp; -- refused
DROP VIEW all_orders; DROP TRIGGER stamped ON orders; ALTER TABLE orders ALTER COLUMN at TYPE timestamp;
DROP VIEW all_orders; DROP TRIGGER stamped ON orders; ALTER TABLE orders DROP COLUMN at;
ALTER TABLE lonely DROP COLUMN third; -- refused
ALTER TABLE lonely ALTER COLUMN third TYPE bigint; -- refused
DROP FUNCTION atomic(); ALTER TABLE lonely DROP COLUMN third;
ALTER TABLE alone ADD COLUMN twice int GENERATED ALWAYS AS (other * 2) STORED; ALTER TABLE alone DROP COLUMN other; -- refused
ALTER TABLE alone ADD COLUMN twice int GENERATED ALWAYS AS (other * 2) STORED; ALTER TABLE alone DROP COLUMN other CASCADE; ALTER TABLE alone ADD COLUMN twice int;
ALTER TABLE alone ADD COLUMN twice int GENERATED ALWAYS AS (other * 2) STORED; ALTER TABLE alone ALTER COLUMN twice DROP EXPRESSION; ALTER TABLE alone DROP COLUMN other;
ALTER TABLE alone ADD COLUMN twice int GENERATED ALWAYS AS (other * 2) STORED; ALTER TABLE alone DROP COLUMN twice; ALTER TABLE alone DROP COLUMN other;
ALTER TABLE alone ADD COLUMN twice int GENERATED ALWAYS AS (other * 2) STORED; ALTER TABLE alone DROP COLUMN twice, DROP COLUMN other;
ALTER TABLE alone ADD COLUMN twice int GENERATED ALWAYS AS (other * 2) STORED; ALTER TABLE alone ALTER COLUMN other TYPE bigint; -- refused
ALTER TABLE alone ADD CHECK (other > 0); ALTER TABLE alone DROP COLUMN other;
ALTER TABLE alone ADD CHECK (other > 0); ALTER TABLE alone ALTER COLUMN other TYPE bigint;
CREATE INDEX ON alone (other) WHERE val > ''; ALTER TABLE alone DROP COLUMN val;
CREATE INDEX ON alone (lower(val)); ALTER TABLE alone DROP COLUMN val;
CREATE INDEX ON alone (lower(val)); ALTER TABLE alone ALTER COLUMN val TYPE varchar(9);
ALTER TABLE alone ADD UNIQUE (val, other); ALTER TABLE alone DROP COLUMN other;
CREATE VIEW v AS SELECT val FROM lonely; ALTER TABLE lonely DROP COLUMN other;
CREATE VIEW v AS SELECT val FROM lonely; ALTER TABLE lonely DROP COLUMN val; -- refused
CREATE VIEW v AS SELECT l FROM lonely l; ALTER TABLE lonely DROP COLUMN other;
CREATE VIEW v AS SELECT val FROM lonely; DROP VIEW v; ALTER TABLE lonely DROP COLUMN val;
-- Columns of a table whose row type is the type of a column
ALTER TABLE lonely ALTER COLUMN val TYPE varchar(9); -- refused
ALTER TABLE lonely ALTER COLUMN other TYPE bigint; -- refused
ALTER TABLE lonely ADD COLUMN twice int GENERATED ALWAYS AS (other * 2) STORED; -- refused
ALTER TABLE lonely ADD COLUMN more int;
ALTER TABLE lonely ADD COLUMN more timestamptz DEFAULT clock_timestamp(); -- refused
DROP TABLE holder; ALTER TABLE lonely ALTER COLUMN val TYPE varchar(9);
-- Keys under foreign keys
ALTER TABLE people DROP CONSTRAINT people_pkey; -- refused
ALTER TABLE people DROP CONSTRAINT people_pkey CASCADE;
ALTER TABLE people DROP CONSTRAINT people_pair; -- refused
ALTER TABLE people DROP CONSTRAINT people_email_key;
ALTER TABLE people DROP CONSTRAINT adult;
ALTER TABLE people DROP COLUMN email;
ALTER TABLE people DROP COLUMN note; -- refused
DROP INDEX people_note; -- refused
DROP INDEX people_shout;
DROP INDEX people_partial;
DROP INDEX people_email_key; -- refused
DROP INDEX people_pkey; -- refused
ALTER TABLE orders DROP CONSTRAINT orders_note_fkey; DROP INDEX people_note;
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
ALTER TABLE tree DROP CONSTRAINT tree_pkey; -- refused
ALTER TABLE tree DROP CONSTRAINT tree_parent_fkey, DROP CONSTRAINT tree_pkey;
ALTER TABLE tree DROP CONSTRAINT tree_parent_fkey;
ALTER TABLE tree DROP COLUMN parent;
ALTER TABLE lonely DROP CONSTRAINT lonely_pkey;
ALTER TABLE pairs DROP COLUMN name;
ALTER TABLE pairs DROP COLUMN name; ALTER TABLE people DROP CONSTRAINT people_pair;
CREATE VIEW grouped AS SELECT id, val FROM lonely GROUP BY id; ALTER TABLE lonely DROP CONSTRAINT lonely_pkey; -- refused
-- Tables
DROP TABLE people; -- refused
DROP TABLE people CASCADE;
DROP TABLE orders; -- refused
DROP TABLE tree; -- refused
DROP TABLE pairs;
DROP TABLE lonely; -- refused
DROP TABLE lonely, holder; -- refused
DROP FUNCTION atomic(); DROP TABLE lonely, holder;
DROP FUNCTION atomic(); DROP TABLE lonely; -- refused
DROP FUNCTION atomic(); ALTER TABLE holder DROP COLUMN row_of; DROP TABLE lonely;
DROP TABLE parent; -- refused
DROP TABLE child;
DROP TABLE parent, child;
DROP TABLE parent CASCADE; CREATE TABLE child (a int);
DROP TABLE parted; -- refused
DROP TABLE parted_1;
DROP VIEW of_parted; DROP TABLE parted; CREATE TABLE parted_1 (a int);
DROP TABLE IF EXISTS orders; -- refused
DROP TABLE IF EXISTS nothing;
DROP TABLE holder;
DROP TABLE typed;
DROP TABLE app.things; -- refused
ALTER TABLE people RENAME TO persons; DROP TABLE persons; -- refused
CREATE TABLE fresh (id int PRIMARY KEY); DROP TABLE fresh;
CREATE TABLE fresh (id int PRIMARY KEY, up int REFERENCES fresh); DROP TABLE fresh;
CREATE TABLE fresh (id int PRIMARY KEY); CREATE TABLE other (id int REFERENCES fresh); DROP TABLE fresh, other;
CREATE TABLE fresh (id int PRIMARY KEY); CREATE TABLE other (id int REFERENCES fresh); DROP TABLE fresh; -- refused
CREATE TABLE fresh (id int PRIMARY KEY); CREATE TABLE other (id int REFERENCES fresh); DROP TABLE other; DROP TABLE fresh;
-- Views
DROP VIEW adults; -- refused
DROP VIEW adult_names;
DROP VIEW adults, adult_names; -- refused
DROP FUNCTION list_adults(); DROP VIEW adults, adult_names;
DROP VIEW adults CASCADE; CREATE TABLE adult_names (a int);
DROP MATERIALIZED VIEW totals; -- refused
DROP MATERIALIZED VIEW totals CASCADE;
DROP VIEW of_totals; DROP MATERIALIZED VIEW totals;
DROP VIEW all_orders;
DROP VIEW counted, moods, of_function, "Quoted View";
-- Types
DROP TYPE mood; -- refused
DROP TYPE unused;
DROP TYPE mood CASCADE; ALTER TABLE people ADD COLUMN m int;
DROP TYPE "Odd Type"; -- refused
ALTER TABLE people DROP COLUMN o; DROP TYPE "Odd Type";
ALTER TABLE people ALTER COLUMN o TYPE text; DROP TYPE "Odd Type";
ALTER TABLE people DROP COLUMN m, DROP COLUMN ms; DROP FUNCTION of_mood(mood); DROP TYPE mood; -- refused
ALTER TABLE people DROP COLUMN m, DROP COLUMN ms; DROP FUNCTION of_mood(mood); DROP VIEW moods; DROP TYPE mood;
ALTER TABLE people DROP COLUMN m; DROP FUNCTION of_mood(mood); DROP VIEW moods; DROP TYPE mood; -- refused
ALTER TABLE people DROP COLUMN m, DROP COLUMN ms; DROP VIEW moods; DROP TYPE mood; -- refused
ALTER TYPE mood RENAME TO feeling; DROP TYPE feeling; -- refused
DROP DOMAIN positive; -- refused
DROP DOMAIN small; -- refused
ALTER TABLE people DROP COLUMN small; DROP DOMAIN small; DROP DOMAIN positive;
DROP DOMAIN positive CASCADE; ALTER TABLE people ADD COLUMN small int;
DROP TYPE point3; -- refused
DROP TABLE typed; DROP TYPE point3; -- refused
DROP VIEW all_orders; DROP FUNCTION people_of(orders); DROP TABLE typed; ALTER TABLE orders DROP COLUMN place; DROP TYPE point3;
DROP TYPE app.span; -- refused
ALTER TABLE app.things DROP COLUMN s; DROP TYPE app.span;
-- Functions
DROP FUNCTION stamp(); -- refused
DROP FUNCTION stamp() CASCADE; CREATE TRIGGER stamped BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION unused_stamp();
DROP TRIGGER stamped ON orders; DROP FUNCTION stamp();
DROP FUNCTION unused_stamp();
DROP FUNCTION unused_function();
DROP FUNCTION next_code(); -- refused
DROP VIEW of_function; DROP FUNCTION next_code(); -- refused
DROP VIEW of_function; ALTER TABLE people ALTER COLUMN code DROP DEFAULT; DROP FUNCTION next_code();
DROP VIEW of_function; ALTER TABLE people DROP COLUMN code; DROP FUNCTION next_code();
DROP FUNCTION shout(text); -- refused
ALTER TABLE people DROP COLUMN up; DROP FUNCTION shout(text); -- refused
ALTER TABLE people DROP COLUMN up; DROP INDEX people_shout; DROP FUNCTION shout(text);
DROP FUNCTION is_even(int); -- refused
ALTER TABLE people DROP CONSTRAINT adult; DROP FUNCTION is_even(int);
DROP FUNCTION is_even(bigint); -- refused
DROP POLICY even ON orders; DROP FUNCTION is_even(bigint); -- refused
DROP POLICY even ON orders; DROP INDEX people_partial; DROP FUNCTION is_even(bigint);
CREATE OR REPLACE FUNCTION next_code() RETURNS text LANGUAGE sql AS $$ SELECT 'd' $$; DROP FUNCTION next_code(); -- refused
ALTER FUNCTION next_code() RENAME TO new_code; DROP FUNCTION new_code(); -- refused
DROP FUNCTION plain();
DROP FUNCTION of_mood(mood);
DROP FUNCTION list_adults();
DROP FUNCTION calls(), plain();
-- Sequences and schemas
DROP SEQUENCE ticket; -- refused
DROP SEQUENCE unused_sequence;
DROP SEQUENCE ticket CASCADE; ALTER TABLE people ALTER COLUMN n SET DEFAULT 1;
ALTER TABLE people ALTER COLUMN n DROP DEFAULT; DROP SEQUENCE ticket;
ALTER TABLE people ALTER COLUMN n SET DEFAULT 5; DROP SEQUENCE ticket;
DROP SCHEMA empty;
DROP SCHEMA app; -- refused
DROP SCHEMA app CASCADE; CREATE TABLE of_things (a int);
-- Foreign keys to truncated tables
TRUNCATE people; -- refused
TRUNCATE people CASCADE;
TRUNCATE people, orders, pairs;
TRUNCATE people, orders; -- refused
TRUNCATE orders;
TRUNCATE tree;
TRUNCATE lonely;
TRUNCATE parent;
-- Types that exist
CREATE TYPE unused AS ENUM ('x'); -- refused
CREATE DOMAIN unused AS int; -- refused
CREATE DOMAIN positive AS int; -- refused
CREATE TYPE positive AS (a int); -- refused
CREATE TYPE point3 AS (a int); -- refused
CREATE TYPE mood AS RANGE (subtype = int4); -- refused
CREATE TYPE lonely AS (a int); -- refused
CREATE TABLE mood (a int); -- refused
CREATE DOMAIN fresh AS int;
CREATE VIEW unused AS SELECT 1 AS a; -- refused
-- Results of functions in SQL
CREATE FUNCTION ret() RETURNS SETOF lonely LANGUAGE sql AS 'SELECT id, val FROM lonely'; -- refused
CREATE FUNCTION ret() RETURNS SETOF lonely LANGUAGE sql AS 'SELECT * FROM lonely';
CREATE FUNCTION ret() RETURNS SETOF lonely LANGUAGE sql AS 'SELECT id, val, other, third FROM lonely';
CREATE FUNCTION ret() RETURNS lonely LANGUAGE sql AS 'SELECT id, val, other, third FROM lonely LIMIT 1';
CREATE FUNCTION ret() RETURNS SETOF lonely LANGUAGE sql AS 'SELECT id, other, val, third FROM lonely'; -- refused
CREATE FUNCTION ret() RETURNS SETOF lonely LANGUAGE sql AS 'SELECT l FROM lonely l';
CREATE FUNCTION ret() RETURNS SETOF lonely LANGUAGE sql AS 'SELECT ROW(1, 2, 3, 4)::lonely';
CREATE FUNCTION ret() RETURNS SETOF lonely LANGUAGE sql AS 'DELETE FROM lonely'; -- refused
CREATE FUNCTION ret() RETURNS SETOF lonely LANGUAGE sql AS 'DELETE FROM lonely RETURNING *';
CREATE FUNCTION ret() RETURNS SETOF lonely LANGUAGE sql AS 'DELETE FROM lonely RETURNING id'; -- refused
CREATE FUNCTION ret() RETURNS TABLE (a bigint, b text) LANGUAGE sql AS 'SELECT id FROM lonely'; -- refused
CREATE FUNCTION ret() RETURNS TABLE (a bigint, b text) LANGUAGE sql AS 'SELECT id, val FROM lonely';
CREATE FUNCTION ret() RETURNS TABLE (a bigint, b text) LANGUAGE sql AS 'SELECT val, id FROM lonely'; -- refused
CREATE FUNCTION ret(OUT a bigint, OUT b text) LANGUAGE sql AS 'SELECT 1::bigint, 2';
CREATE FUNCTION ret() RETURNS int LANGUAGE sql AS 'SELECT id, val FROM lonely'; -- refused
CREATE FUNCTION ret() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2';
CREATE FUNCTION ret() RETURNS int LANGUAGE sql AS 'SELECT val FROM lonely'; -- refused
CREATE FUNCTION ret() RETURNS void LANGUAGE sql AS 'SELECT val FROM lonely';
CREATE FUNCTION ret() RETURNS point3 LANGUAGE sql AS 'SELECT 1, 2'; -- refused
CREATE FUNCTION ret() RETURNS point3 LANGUAGE sql AS 'SELECT 1, 2, 3';
-- Routines by their arguments
DROP FUNCTION people_of(bigint); -- refused
DROP FUNCTION people_of(orders);
DROP FUNCTION people_of(lonely); -- refused
DROP FUNCTION is_even(text); -- refused
DROP FUNCTION is_even; -- refused
DROP FUNCTION next_code(int); -- refused
ALTER FUNCTION people_of(bigint) RENAME TO x; -- refused
-- Names of windows
SELECT row_number() OVER v FROM lonely WINDOW w AS (ORDER BY id); -- refused
SELECT row_number() OVER w FROM lonely WINDOW w AS (ORDER BY id);
SELECT row_number() OVER (v ORDER BY id) FROM lonely WINDOW w AS (PARTITION BY id); -- refused
SELECT row_number() OVER (w ORDER BY id) FROM lonely WINDOW w AS (PARTITION BY id);
SELECT row_number() OVER w FROM lonely; -- refused
SELECT row_number() OVER w2 FROM lonely WINDOW w AS (PARTITION BY id), w2 AS (w ORDER BY val);
-- Checks, indexes and foreign keys of a column whose type changes
ALTER TABLE people ALTER COLUMN age TYPE text; -- refused
CREATE TABLE chk (p text CHECK (p IN ('a', 'b'))); ALTER TABLE chk ALTER p TYPE int USING length(p); -- refused
CREATE TABLE chk (p int CHECK (p > 0)); ALTER TABLE chk ALTER p TYPE text; -- refused
CREATE TABLE chk (p int CHECK (p > 0)); ALTER TABLE chk ALTER p TYPE bigint;
CREATE TABLE chk (p text CHECK (p IN ('a', 'b'))); ALTER TABLE chk ALTER p TYPE mood USING 'ok'; -- refused
CREATE TABLE chk (p text); CREATE INDEX ON chk (lower(p)); ALTER TABLE chk ALTER p TYPE int USING length(p); -- refused
CREATE TABLE chk (p int, q int); CREATE INDEX ON chk (q) WHERE p > 3; ALTER TABLE chk ALTER p TYPE text; -- refused
CREATE TABLE chk (p timestamptz CHECK (p > now() - interval '1 day')); ALTER TABLE chk ALTER p TYPE date;
CREATE TABLE chk (p json, q int); CREATE INDEX ON chk ((p ->> 'a')); ALTER TABLE chk ALTER p TYPE jsonb;
CREATE TABLE chk (p int PRIMARY KEY); CREATE TABLE ref (p int REFERENCES chk); ALTER TABLE chk ALTER p TYPE uuid USING gen_random_uuid(); -- refused
CREATE TABLE chk (p varchar(9) CHECK (p IN ('a', 'b'))); ALTER TABLE chk ALTER p TYPE int USING length(p);
CREATE TABLE chk (p varchar(9) CHECK (p <> '')); ALTER TABLE chk ALTER p TYPE text;
CREATE TABLE chk (p text CHECK (p <> '')); ALTER TABLE chk ALTER p TYPE varchar(9);
CREATE TABLE chk (p text CHECK (p <> '')); ALTER TABLE chk ALTER p TYPE uuid USING p::uuid; -- refused
CREATE TABLE chk (p text CHECK (p = lower(p))); ALTER TABLE chk ALTER p TYPE uuid USING p::uuid; -- refused
CREATE TABLE chk (p text CHECK (length(p) > 2)); ALTER TABLE chk ALTER p TYPE varchar(9);
CREATE TABLE chk (p smallint CHECK (p > 0)); ALTER TABLE chk ALTER p TYPE int;
CREATE TABLE chk (p int CHECK (p > 0)); ALTER TABLE chk ALTER p TYPE numeric;
CREATE TABLE chk (p numeric CHECK (p > 0)); ALTER TABLE chk ALTER p TYPE int;
CREATE TABLE chk (p numeric CHECK (p >= 0.5)); ALTER TABLE chk ALTER p TYPE text; -- refused
CREATE TABLE chk (p numeric CHECK (p >= 0.5)); ALTER TABLE chk ALTER p TYPE double precision;
CREATE TABLE chk (p int CHECK (p > 1.5)); ALTER TABLE chk ALTER p TYPE text;
CREATE TABLE chk (p date CHECK (p > '2020-01-01')); ALTER TABLE chk ALTER p TYPE timestamptz;
CREATE TABLE chk (p date CHECK (p > '2020-01-01')); ALTER TABLE chk ALTER p TYPE text; -- refused
CREATE TABLE chk (p timestamp CHECK (p > '2020-01-01')); ALTER TABLE chk ALTER p TYPE timestamptz;
CREATE TABLE chk (p timestamp CHECK (p > '2020-01-01')); ALTER TABLE chk ALTER p TYPE date;
CREATE TABLE chk (p mood CHECK (p <> 'sad')); ALTER TABLE chk ALTER p TYPE text; -- refused
CREATE TABLE chk (p text, q int); CREATE INDEX ON chk (q) WHERE p = 'x'; ALTER TABLE chk ALTER p TYPE mood USING 'ok'; -- refused
CREATE TABLE chk (p text, q int); CREATE INDEX ON chk (q) WHERE p IS NOT NULL; ALTER TABLE chk ALTER p TYPE mood USING 'ok';
CREATE TABLE chk (p text); CREATE INDEX ON chk (p); ALTER TABLE chk ALTER p TYPE mood USING 'ok';
CREATE TABLE chk (p text CONSTRAINT c CHECK (p IN ('ok', 'sad'))); ALTER TABLE chk DROP CONSTRAINT c, ALTER p TYPE mood USING p::mood;
CREATE TABLE chk (p text CONSTRAINT c CHECK (p IN ('ok', 'sad'))); ALTER TABLE chk ALTER p TYPE mood USING p::mood, DROP CONSTRAINT c;
CREATE TABLE chk (p text CONSTRAINT c CHECK (p IN ('ok', 'sad'))); ALTER TABLE chk ALTER p TYPE mood USING p::mood; -- refused
CREATE TABLE chk (p text CHECK (coalesce(p, '') <> '')); ALTER TABLE chk ALTER p TYPE varchar(5);
CREATE TABLE chk (p int, q int CHECK (p < q)); ALTER TABLE chk ALTER p TYPE bigint, ALTER q TYPE bigint;
CREATE TABLE chk (p int PRIMARY KEY); CREATE TABLE ref (p int REFERENCES chk); ALTER TABLE chk ALTER p TYPE bigint;
CREATE TABLE chk (p int PRIMARY KEY); CREATE TABLE ref (p int REFERENCES chk); ALTER TABLE ref ALTER p TYPE bigint;
CREATE TABLE chk (p int PRIMARY KEY); CREATE TABLE ref (p int REFERENCES chk); ALTER TABLE ref ALTER p TYPE text; -- refused
CREATE TABLE chk (p int PRIMARY KEY); CREATE TABLE ref (p int CONSTRAINT f REFERENCES chk); ALTER TABLE ref DROP CONSTRAINT f, ALTER p TYPE text;
CREATE TABLE chk (p int PRIMARY KEY, parent int REFERENCES chk); ALTER TABLE chk ALTER p TYPE text, ALTER parent TYPE text;
CREATE TABLE chk (p int PRIMARY KEY, parent int REFERENCES chk); ALTER TABLE chk ALTER p TYPE text; -- refused
CREATE TABLE chk (p int PRIMARY KEY, q text UNIQUE); CREATE TABLE ref (q text REFERENCES chk (q)); ALTER TABLE chk ALTER p TYPE uuid USING gen_random_uuid();
CREATE TABLE chk (p int PRIMARY KEY, q text UNIQUE); CREATE TABLE ref (q text REFERENCES chk (q)); ALTER TABLE chk ALTER q TYPE varchar(10);
CREATE TABLE chk (p uuid PRIMARY KEY); CREATE TABLE ref (p uuid REFERENCES chk); ALTER TABLE ref ALTER p TYPE text; -- refused
-- Ranges, second constraints and results that look wrong
CREATE TYPE span2 AS RANGE (subtype = int8); DROP TYPE span2; CREATE TYPE span2_multirange AS (a int);
CREATE TYPE span2 AS RANGE (subtype = int8); CREATE TYPE span2_multirange AS (a int); -- refused
CREATE TYPE span2range AS RANGE (subtype = int8); DROP TYPE span2range; CREATE DOMAIN span2multirange AS int;
CREATE TYPE span2range AS RANGE (subtype = int8); DROP TYPE span2range; SELECT span2multirange(); -- refused
CREATE DOMAIN twice AS int; ALTER DOMAIN twice ADD CONSTRAINT one NOT NULL; ALTER DOMAIN twice ADD CONSTRAINT two NOT NULL; ALTER DOMAIN twice DROP CONSTRAINT one;
CREATE DOMAIN twice AS int; ALTER DOMAIN twice ADD CONSTRAINT one NOT NULL; ALTER DOMAIN twice ADD CONSTRAINT two NOT NULL; ALTER DOMAIN twice DROP CONSTRAINT two; -- refused
CREATE FUNCTION ret() RETURNS TABLE (a int, b text) LANGUAGE sql AS $$ SELECT ROW(1, 'x'::text) $$;
REINDEX TABLE totals;
REINDEX INDEX pg_class_oid_index;
CREATE FUNCTION ret() RETURNS TABLE (a text, b bigint, c bigint, d text) LANGUAGE sql AS $$ MERGE INTO alone t USING (SELECT 1::bigint AS s) s ON s.s = t.id WHEN MATCHED THEN DELETE RETURNING merge_action(), s.s, t.id, t.val $$;
CREATE FUNCTION ret() RETURNS TABLE (s bigint, id bigint, val text, other int) LANGUAGE sql AS $$ MERGE INTO alone t USING (SELECT 1::bigint AS s) s ON s.s = t.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN DO NOTHING RETURNING * $$;
CREATE FUNCTION ret() RETURNS TABLE (id bigint, val text, other int, s text) LANGUAGE sql AS $$ MERGE INTO alone t USING (SELECT 1::bigint AS s) s ON s.s = t.id WHEN MATCHED THEN DELETE RETURNING * $$; -- refused

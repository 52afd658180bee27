-- Drops, and changes of what others use
ALTER TABLE base ALTER COLUMN amount TYPE float8; -- refused
DROP VIEW v4, v2 CASCADE; ALTER TABLE base ALTER COLUMN amount TYPE float8; -- refused
DROP VIEW v1, v4, v3, v2; DROP FUNCTION f_row; ALTER TABLE base ALTER COLUMN amount TYPE int;
DROP VIEW v1, v4, v3, v2; ALTER TABLE base ALTER COLUMN amount TYPE int;
DROP VIEW v2; -- refused
DROP VIEW v3, v2;
DROP VIEW v2, v3;
DROP VIEW v3; DROP VIEW v2;
DROP FUNCTION f_sql(numeric); -- refused
DROP FUNCTION f_sql(int); -- refused
DROP FUNCTION f_sql; -- refused
DROP INDEX ix; DROP FUNCTION f_sql(numeric); -- refused
DROP INDEX ix; ALTER TABLE withcheck ALTER f DROP DEFAULT; DROP FUNCTION f_sql(numeric);
DROP AGGREGATE agg(numeric); -- refused
DROP VIEW v4; DROP AGGREGATE agg(numeric);
DROP VIEW v5; DROP OPERATOR === (int, int);
DROP SEQUENCE sq; -- refused
ALTER TABLE withcheck ALTER q DROP DEFAULT; DROP SEQUENCE sq;
DROP TYPE pair; -- refused
DROP DOMAIN posint; -- refused
DROP TYPE mood; -- refused
DROP TABLE collated; DROP COLLATION coll;
ALTER TABLE docs DROP COLUMN tsv; DROP TEXT SEARCH CONFIGURATION tsc;
ALTER TABLE docs DROP COLUMN body; -- refused
ALTER TABLE docs ALTER COLUMN body TYPE varchar; -- refused
DROP ROLE somebody; -- refused
DROP POLICY pol ON child; DROP ROLE somebody;
DROP SCHEMA s2; -- refused
DROP TABLE s2.t; DROP SCHEMA s2;
ALTER TABLE child ALTER COLUMN base_code TYPE varchar(10); -- refused
DROP POLICY pol ON child; ALTER TABLE child ALTER COLUMN base_code TYPE varchar(10); -- refused
DROP POLICY pol ON child; DROP TRIGGER tg ON child; ALTER TABLE child ALTER COLUMN base_code TYPE varchar(10); -- refused
DROP POLICY pol ON child; DROP TRIGGER tg ON child; DROP FUNCTION f_atomic; ALTER TABLE child ALTER COLUMN base_code TYPE varchar(10);
DROP FUNCTION trg(); -- refused
DROP FUNCTION trg() CASCADE;
ALTER TABLE child DROP COLUMN base_code; -- refused
ALTER TABLE withcheck DROP COLUMN s; -- refused
ALTER TABLE withcheck DROP COLUMN q; -- refused
DROP RULE r ON withcheck; ALTER TABLE withcheck DROP COLUMN s;
ALTER TABLE withcheck DROP COLUMN id; -- refused
DROP PUBLICATION pub; ALTER TABLE withcheck DROP COLUMN id; -- refused
DROP PUBLICATION pub; DROP VIEW v5; ALTER TABLE withcheck DROP COLUMN id;
ALTER TABLE withcheck ALTER COLUMN id TYPE bigint; -- refused
ALTER TABLE withcheck ALTER COLUMN q TYPE bigint; -- refused
ALTER TABLE base DROP CONSTRAINT base_code_key; -- refused
ALTER TABLE base DROP CONSTRAINT base_code_key CASCADE;
DROP INDEX base_code_key; -- refused
DROP INDEX base_pkey; -- refused
ALTER TABLE base DROP CONSTRAINT base_pkey; -- refused
ALTER TABLE parent DROP COLUMN k; -- refused
ALTER TABLE parent ALTER COLUMN k TYPE bigint; -- refused
ALTER TABLE part1 DROP COLUMN v; -- refused
ALTER TABLE part1 ALTER COLUMN v TYPE varchar; -- refused
DROP TABLE parent;
DROP TABLE part1;
DROP VIEW v1, v2, v3, v4; DROP MATERIALIZED VIEW mv; DROP FUNCTION f_row(base), f_set(), f_atomic(); DROP TABLE base, child;
DROP TABLE child; -- refused
DROP TABLE child CASCADE; SELECT f_set(); -- refused
DROP MATERIALIZED VIEW mv; ALTER TABLE base DROP COLUMN m; -- refused
DROP VIEW v1; DROP MATERIALIZED VIEW mv; ALTER TABLE base DROP COLUMN m;
DROP FUNCTION f_mood(mood); -- refused
DROP POLICY pol ON child; DROP FUNCTION f_mood(mood);
ALTER TYPE pair DROP ATTRIBUTE x;
ALTER TYPE pair ALTER ATTRIBUTE x TYPE bigint; -- refused
ALTER TYPE pair ADD ATTRIBUTE z int;
ALTER TYPE pair RENAME ATTRIBUTE x TO xx;
ALTER TABLE base ALTER COLUMN note TYPE varchar(10); -- refused
DROP VIEW v1; DROP FUNCTION f_row; ALTER TABLE base ALTER COLUMN note TYPE varchar(10); -- refused
DROP VIEW v1; ALTER TABLE base ALTER COLUMN note TYPE varchar(10); -- refused
DROP VIEW v1; ALTER TABLE base DROP COLUMN vv; ALTER TABLE base ALTER COLUMN note TYPE varchar(10);
DROP VIEW v1; ALTER TABLE base ALTER COLUMN vv SET EXPRESSION AS (1); ALTER TABLE base DROP COLUMN note;
DROP VIEW v1; ALTER TABLE base ALTER COLUMN vv DROP EXPRESSION; -- refused
ALTER TABLE base ADD COLUMN again int GENERATED ALWAYS AS (vv) STORED; -- refused
CREATE INDEX ON base (vv); -- refused
ALTER TABLE base ADD UNIQUE (vv); -- refused
ALTER TABLE base ALTER COLUMN vv SET NOT NULL;
CREATE OR REPLACE VIEW v2 AS SELECT count(*) AS n FROM base; -- refused
CREATE OR REPLACE VIEW v2 AS SELECT count(*) AS n, sum(amount) AS total, 1 AS x FROM base;
CREATE OR REPLACE VIEW v2 AS SELECT count(*)::int AS n, sum(amount) AS total FROM base; -- refused
CREATE OR REPLACE FUNCTION f_sql(x numeric) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- refused
CREATE OR REPLACE FUNCTION f_sql(y numeric) RETURNS numeric LANGUAGE sql AS 'SELECT y'; -- refused
CREATE OR REPLACE FUNCTION f_mood(m mood) RETURNS mood LANGUAGE sql AS 'SELECT m'; -- refused
ALTER FUNCTION f_sql(numeric) SET SCHEMA s2; DROP SCHEMA s2 CASCADE; SELECT f FROM withcheck;
ALTER TABLE v2 RENAME COLUMN n TO m; SELECT n FROM v3;
ALTER TABLE v2 RENAME COLUMN n TO m; SELECT n FROM v2; -- refused
ALTER VIEW v2 ALTER COLUMN n SET DEFAULT 1;
DROP STATISTICS st; ALTER TABLE base DROP COLUMN code; -- refused
DROP OWNED BY somebody; DROP ROLE somebody;
ALTER TABLE child DROP CONSTRAINT child_base_code_fkey; ALTER TABLE base DROP CONSTRAINT base_code_key;
ALTER TABLE withcheck ALTER COLUMN f TYPE int;
ALTER TABLE withcheck ALTER COLUMN f TYPE text;
ALTER TABLE withcheck ALTER COLUMN f TYPE date; -- refused
ALTER TABLE base ALTER COLUMN id TYPE int; -- refused
DROP VIEW v1; ALTER TABLE base ALTER COLUMN id TYPE int;
DROP VIEW v1; ALTER TABLE base ALTER COLUMN id TYPE numeric; -- refused
DROP VIEW v1; DROP MATERIALIZED VIEW mv; DROP POLICY pol ON child; ALTER TABLE base ALTER COLUMN code TYPE int USING code::int; -- refused
DROP VIEW v1; DROP MATERIALIZED VIEW mv; DROP POLICY pol ON child; ALTER TABLE base ALTER COLUMN code TYPE varchar(9);
ALTER TABLE base RENAME TO basis; ALTER TABLE basis DROP COLUMN amount; -- refused
ALTER TABLE base INHERIT parent; -- refused
DROP TYPE base; -- refused
DROP TYPE child; -- refused
DROP TABLE v1; -- refused
DROP VIEW mv; -- refused
DROP TABLE mv; -- refused
DROP INDEX st; -- refused
ALTER SEQUENCE sq OWNED BY withcheck.q; DROP SEQUENCE sq; -- refused
ALTER SEQUENCE sq OWNED BY withcheck.q; ALTER TABLE withcheck DROP COLUMN q; -- refused
DROP FUNCTION nothing(); -- refused
DROP FUNCTION f_set(int); -- refused
DROP PROCEDURE f_set(); -- refused
DROP ROUTINE f_set();
DROP AGGREGATE f_sql(numeric); -- refused
DROP TRIGGER tg ON base; -- refused
DROP POLICY pol ON base; -- refused
DROP RULE r ON base; -- refused

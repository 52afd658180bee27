-- a
CREATE TABLE kept (id int PRIMARY KEY);
CREATE SCHEMA one;
CREATE TYPE one.kind AS ENUM ('a', 'b');
CREATE SEQUENCE one.s;
CREATE FUNCTION one.f(k one.kind) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT 1$x$;
CREATE VIEW v AS SELECT one.f('a'::one.kind) AS f;
CREATE VIEW one.w AS SELECT f FROM v;
ALTER TABLE kept ADD n int DEFAULT one.f('b');
ALTER TABLE kept ADD m bigint DEFAULT nextval('one.s');
ALTER TABLE kept ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON kept FOR SELECT TO schema_dsl_cases_reader USING (n = one.f('a') AND EXISTS (SELECT FROM one.w));
CREATE INDEX by_f ON kept ((n + one.f('a')));

-- b
CREATE TABLE kept (id int PRIMARY KEY);
CREATE SCHEMA two;
CREATE TYPE two.kind AS ENUM ('a', 'b');
CREATE SEQUENCE two.s;
CREATE FUNCTION two.f(k two.kind) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT 1$x$;
CREATE VIEW v AS SELECT two.f('a'::two.kind) AS f;
CREATE VIEW two.w AS SELECT f FROM v;
ALTER TABLE kept ADD n int DEFAULT two.f('b');
ALTER TABLE kept ADD m bigint DEFAULT nextval('two.s');
ALTER TABLE kept ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON kept FOR SELECT TO schema_dsl_cases_reader USING (n = two.f('a') AND EXISTS (SELECT FROM two.w));
CREATE INDEX by_f ON kept ((n + two.f('a')));

-- rows
INSERT INTO kept (id) VALUES (1);

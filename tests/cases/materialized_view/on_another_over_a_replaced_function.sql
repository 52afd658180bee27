-- a
CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT (n + 1)::int$x$;
CREATE TABLE t (id int PRIMARY KEY);
CREATE VIEW v AS SELECT id, f(id) AS next FROM t;
CREATE MATERIALIZED VIEW a WITH (fillfactor = 80) AS SELECT id, next FROM v;
CREATE UNIQUE INDEX a_id ON a (id);
CREATE INDEX a_next ON a ((f(id) + next)) WHERE next > 0;
ALTER INDEX a_next ALTER COLUMN 1 SET STATISTICS 50;
ALTER MATERIALIZED VIEW a CLUSTER ON a_id;
COMMENT ON MATERIALIZED VIEW a IS 'First.';
COMMENT ON COLUMN a.next IS 'The next.';
GRANT SELECT ON a TO schema_dsl_cases_reader WITH GRANT OPTION;
CREATE MATERIALIZED VIEW b AS SELECT max(next) AS top, count(*) AS rows FROM a;
CREATE UNIQUE INDEX b_top ON b (top);
COMMENT ON INDEX b_top IS 'One row.';
GRANT SELECT (top) ON b TO schema_dsl_cases_reader;
CREATE VIEW w AS SELECT a.id FROM a JOIN b ON a.next = b.top;

-- b
CREATE FUNCTION f(n int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT (n + 1)::bigint$x$;
CREATE TABLE t (id int PRIMARY KEY);
CREATE VIEW v AS SELECT id, f(id) AS next FROM t;
CREATE MATERIALIZED VIEW a WITH (fillfactor = 80) AS SELECT id, next FROM v;
CREATE UNIQUE INDEX a_id ON a (id);
CREATE INDEX a_next ON a ((f(id) + next)) WHERE next > 0;
ALTER INDEX a_next ALTER COLUMN 1 SET STATISTICS 50;
ALTER MATERIALIZED VIEW a CLUSTER ON a_id;
COMMENT ON MATERIALIZED VIEW a IS 'First.';
COMMENT ON COLUMN a.next IS 'The next.';
GRANT SELECT ON a TO schema_dsl_cases_reader WITH GRANT OPTION;
CREATE MATERIALIZED VIEW b AS SELECT max(next) AS top, count(*) AS rows FROM a;
CREATE UNIQUE INDEX b_top ON b (top);
COMMENT ON INDEX b_top IS 'One row.';
GRANT SELECT (top) ON b TO schema_dsl_cases_reader;
CREATE VIEW w AS SELECT a.id FROM a JOIN b ON a.next = b.top;

-- rows
INSERT INTO t VALUES (1), (2);

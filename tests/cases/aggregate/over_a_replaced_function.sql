-- a
CREATE FUNCTION step(state int, n int) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT greatest(state, n)$x$;
CREATE FUNCTION last(state int) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT state$x$;
CREATE AGGREGATE top(int) (SFUNC = step, STYPE = int, FINALFUNC = last, INITCOND = '0', PARALLEL = safe);
COMMENT ON AGGREGATE top(int) IS 'The greatest.';
REVOKE EXECUTE ON FUNCTION top(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION top(int) TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE VIEW v AS SELECT top(n) AS top, top(id) OVER () AS running FROM t GROUP BY id;
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE MATERIALIZED VIEW m AS SELECT top(n) AS top FROM t;
CREATE UNIQUE INDEX m_top ON m (top);
CREATE FUNCTION tops() RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT top(v.top::int) FROM v; END;
CREATE TABLE u (id int PRIMARY KEY, n bigint DEFAULT tops());

-- b
CREATE FUNCTION step(state bigint, n int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT greatest(state, n)$x$;
CREATE FUNCTION last(state bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT state$x$;
CREATE AGGREGATE top(int) (SFUNC = step, STYPE = bigint, FINALFUNC = last, INITCOND = '0', PARALLEL = safe);
COMMENT ON AGGREGATE top(int) IS 'The greatest.';
REVOKE EXECUTE ON FUNCTION top(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION top(int) TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE VIEW v AS SELECT top(n) AS top, top(id) OVER () AS running FROM t GROUP BY id;
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE MATERIALIZED VIEW m AS SELECT top(n) AS top FROM t;
CREATE UNIQUE INDEX m_top ON m (top);
CREATE FUNCTION tops() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT top(v.top::int) FROM v; END;
CREATE TABLE u (id int PRIMARY KEY, n bigint DEFAULT tops());

-- rows
INSERT INTO t VALUES (1, 4), (2, 5); INSERT INTO u VALUES (1, 3);

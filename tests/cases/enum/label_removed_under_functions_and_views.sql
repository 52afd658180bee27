-- a
CREATE TYPE mood AS ENUM ('ok', 'bad', 'gone');
COMMENT ON TYPE mood IS 'How it is.';
GRANT USAGE ON TYPE mood TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'ok', ms mood[] NOT NULL DEFAULT '{ok}');
CREATE INDEX by_m ON t (m);
CREATE FUNCTION is_ok(m mood DEFAULT 'ok') RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT m = 'ok'$x$;
GRANT EXECUTE ON FUNCTION is_ok(mood) TO schema_dsl_cases_reader;
CREATE FUNCTION best() RETURNS mood LANGUAGE sql STABLE AS $x$SELECT max(m) FROM t$x$;
CREATE VIEW v AS SELECT id, m, ms FROM t WHERE is_ok(m);
GRANT SELECT ON v TO schema_dsl_cases_reader;
COMMENT ON VIEW v IS 'Those that are ok.';
CREATE VIEW w AS SELECT m, count(*) AS c FROM v GROUP BY m;
CREATE MATERIALIZED VIEW x AS SELECT DISTINCT unnest(ms) AS m FROM t;
CREATE UNIQUE INDEX x_m ON x (m);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (is_ok(m) AND 'ok' = ANY (ms));

-- b
CREATE TYPE mood AS ENUM ('ok', 'bad');
COMMENT ON TYPE mood IS 'How it is.';
GRANT USAGE ON TYPE mood TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'ok', ms mood[] NOT NULL DEFAULT '{ok}');
CREATE INDEX by_m ON t (m);
CREATE FUNCTION is_ok(m mood DEFAULT 'ok') RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT m = 'ok'$x$;
GRANT EXECUTE ON FUNCTION is_ok(mood) TO schema_dsl_cases_reader;
CREATE FUNCTION best() RETURNS mood LANGUAGE sql STABLE AS $x$SELECT max(m) FROM t$x$;
CREATE VIEW v AS SELECT id, m, ms FROM t WHERE is_ok(m);
GRANT SELECT ON v TO schema_dsl_cases_reader;
COMMENT ON VIEW v IS 'Those that are ok.';
CREATE VIEW w AS SELECT m, count(*) AS c FROM v GROUP BY m;
CREATE MATERIALIZED VIEW x AS SELECT DISTINCT unnest(ms) AS m FROM t;
CREATE UNIQUE INDEX x_m ON x (m);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (is_ok(m) AND 'ok' = ANY (ms));

-- rows
INSERT INTO t VALUES (1, 'ok', '{ok,bad}'), (2, 'bad', '{bad}');

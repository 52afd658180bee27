-- a
CREATE DOMAIN amount AS int;
CREATE TABLE t (n amount);
CREATE VIEW v AS SELECT n, 1::amount AS one FROM t;
GRANT SELECT ON v TO schema_dsl_cases_reader;

-- b
CREATE DOMAIN amount AS bigint;
CREATE TABLE t (n amount);
CREATE VIEW v AS SELECT n, 1::amount AS one FROM t;
GRANT SELECT ON v TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1);

-- a
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT a FROM v;
GRANT SELECT ON w TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
GRANT SELECT ON w TO schema_dsl_cases_reader;

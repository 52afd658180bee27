-- a
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a, b FROM t;
GRANT SELECT ON v TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (a text, b int);
CREATE VIEW v AS SELECT a, b FROM t WHERE a <> 'x';
GRANT SELECT ON v TO schema_dsl_cases_reader;

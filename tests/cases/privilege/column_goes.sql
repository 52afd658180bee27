-- a
CREATE TABLE t (a int, b int);
GRANT SELECT (a, b) ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (a int);
GRANT SELECT (a) ON t TO schema_dsl_cases_reader;

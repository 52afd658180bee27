-- a
CREATE TABLE t (a int, b int);
GRANT SELECT (a) ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (a int, b int);
GRANT SELECT (a) ON t TO schema_dsl_cases_reader WITH GRANT OPTION;
GRANT SELECT (b) ON t TO schema_dsl_cases_reader;

-- a
CREATE TABLE t (a int, b int);
GRANT SELECT ON t TO schema_dsl_cases_reader WITH GRANT OPTION;

-- b
CREATE TABLE t (a int, b int);
GRANT SELECT ON t TO schema_dsl_cases_reader;
GRANT UPDATE (a) ON t TO schema_dsl_cases_reader WITH GRANT OPTION;

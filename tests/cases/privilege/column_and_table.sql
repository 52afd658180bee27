-- a
CREATE TABLE t (a int, b int);
GRANT SELECT (a) ON t TO schema_dsl_cases_reader;
GRANT UPDATE ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (a int, b int);
GRANT SELECT ON t TO schema_dsl_cases_reader;
GRANT UPDATE (a), REFERENCES (b), INSERT (a, b) ON t TO schema_dsl_cases_reader;

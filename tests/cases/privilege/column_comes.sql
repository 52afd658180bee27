-- a
CREATE TABLE t (a int);

-- b
CREATE TABLE t (a int, b int);
GRANT UPDATE (b) ON t TO schema_dsl_cases_reader;

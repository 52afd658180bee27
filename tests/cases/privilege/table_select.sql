-- a
CREATE TABLE t (a int);

-- b
CREATE TABLE t (a int);
GRANT SELECT ON t TO schema_dsl_cases_reader;

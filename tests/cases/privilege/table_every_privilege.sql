-- a
CREATE TABLE t (a int);
GRANT SELECT, INSERT ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (a int);
GRANT SELECT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON t TO schema_dsl_cases_reader;

-- a
CREATE TABLE t (a int);
GRANT SELECT ON t TO schema_dsl_cases_reader;
GRANT ALL ON t TO schema_dsl_cases_writer;

-- b
CREATE TABLE t (a int);
GRANT ALL ON t TO schema_dsl_cases_reader;
GRANT SELECT ON t TO schema_dsl_cases_writer;

-- a
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO schema_dsl_cases_reader;
CREATE TABLE t (a int);
REVOKE ALL ON t FROM schema_dsl_cases_reader;

-- b
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO schema_dsl_cases_reader;
CREATE TABLE t (a int);
REVOKE ALL ON t FROM schema_dsl_cases_reader;
GRANT SELECT ON t TO schema_dsl_cases_reader;

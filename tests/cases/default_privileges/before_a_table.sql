-- a
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO schema_dsl_cases_reader;
CREATE TABLE t (a int);

-- b
CREATE TABLE t (a int);
CREATE TABLE u (a int);

-- a


-- b
CREATE SCHEMA app;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO schema_dsl_cases_reader;
CREATE TABLE app.t (a int);

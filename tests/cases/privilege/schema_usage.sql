-- a
CREATE SCHEMA app;

-- b
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO schema_dsl_cases_reader WITH GRANT OPTION;
GRANT CREATE ON SCHEMA app TO schema_dsl_cases_reader;
GRANT USAGE ON SCHEMA app TO PUBLIC;

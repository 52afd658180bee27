-- since 15
-- a

-- b
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO schema_dsl_cases_reader;

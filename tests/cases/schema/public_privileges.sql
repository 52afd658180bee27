-- since 15
-- a
CREATE TABLE t (a int);

-- b
CREATE TABLE t (a int);
REVOKE CREATE ON SCHEMA public FROM schema_dsl_cases_other_owner;
GRANT USAGE ON SCHEMA public TO schema_dsl_cases_reader;
GRANT CREATE ON SCHEMA public TO schema_dsl_cases_writer WITH GRANT OPTION;

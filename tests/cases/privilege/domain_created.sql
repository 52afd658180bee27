-- a


-- b
CREATE DOMAIN d AS int CHECK (VALUE > 0);
GRANT USAGE ON DOMAIN d TO schema_dsl_cases_reader WITH GRANT OPTION;

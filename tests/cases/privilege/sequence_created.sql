-- a


-- b
CREATE SEQUENCE s START 5;
GRANT ALL ON SEQUENCE s TO schema_dsl_cases_reader;

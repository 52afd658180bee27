-- a

-- b
CREATE SCHEMA "a""p p";
GRANT USAGE ON SCHEMA "a""p p" TO schema_dsl_cases_reader;
CREATE TABLE "a""p p".t (a int);
GRANT SELECT ON "a""p p".t TO schema_dsl_cases_reader;

-- a
CREATE COLLATION c FROM "C";
CREATE DOMAIN d AS text COLLATE c;
GRANT USAGE ON TYPE d TO schema_dsl_cases_reader;
REVOKE USAGE ON TYPE d FROM PUBLIC;
CREATE TABLE t (a d);

-- b
CREATE DOMAIN d AS text;
GRANT USAGE ON TYPE d TO schema_dsl_cases_reader;
CREATE TABLE t (a d);

-- a
CREATE TYPE mood AS ENUM ('a');
CREATE FUNCTION f(m mood, t timestamptz, c varchar, x int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- b
CREATE TYPE mood AS ENUM ('a');
CREATE FUNCTION f(m mood, t timestamptz, c varchar, x int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION f FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f TO schema_dsl_cases_reader;

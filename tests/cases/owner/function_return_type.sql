-- a
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f OWNER TO schema_dsl_cases_other_owner;

-- b
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT 'a'$$;
GRANT EXECUTE ON FUNCTION f TO schema_dsl_cases_reader;
ALTER FUNCTION f OWNER TO schema_dsl_cases_other_owner;

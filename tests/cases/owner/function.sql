-- a
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- b
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f OWNER TO schema_dsl_cases_other_owner;

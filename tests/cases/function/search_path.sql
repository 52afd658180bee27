-- a
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path TO public, pg_temp AS $x$SELECT 1$x$;

-- b
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path TO "A b", pg_catalog AS $x$SELECT 1$x$;

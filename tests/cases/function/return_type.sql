-- a
CREATE FUNCTION f() RETURNS int LANGUAGE sql  AS $x$SELECT 1$x$;

-- b
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql  AS $x$SELECT 1::bigint$x$;

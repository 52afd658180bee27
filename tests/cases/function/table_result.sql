-- a
CREATE FUNCTION f() RETURNS TABLE (id int, "the name" text) LANGUAGE sql ROWS 5 AS $x$SELECT 1, 'a'$x$;

-- b
CREATE FUNCTION f() RETURNS TABLE (id int, name text) LANGUAGE sql ROWS 6 AS $x$SELECT 1, 'a'$x$;

-- a
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql  AS $x$SELECT generate_series(1, 3)$x$;

-- b
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql STABLE ROWS 4 AS $x$SELECT generate_series(1, 4)$x$;

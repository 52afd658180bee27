-- a
CREATE FUNCTION f(IN a int, OUT x int, OUT y int) RETURNS record LANGUAGE sql  AS $x$SELECT 1, 2$x$;

-- b
CREATE FUNCTION f(IN a int, INOUT x int, OUT y int) RETURNS record LANGUAGE sql  AS $x$SELECT 1, 2$x$;

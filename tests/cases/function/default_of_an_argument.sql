-- a
CREATE FUNCTION f(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql  AS $x$SELECT 1$x$;

-- b
CREATE FUNCTION f(a int DEFAULT 7, b int DEFAULT length('x')) RETURNS int LANGUAGE sql  AS $x$SELECT 1$x$;

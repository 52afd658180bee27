-- a
CREATE FUNCTION f(a timestamp with time zone, b "char", c character varying, d double precision, e bit varying) RETURNS int LANGUAGE sql  AS $x$SELECT 1$x$;

-- b
CREATE FUNCTION f(a timestamp with time zone, b "char", c character varying, d double precision, e bit varying) RETURNS int LANGUAGE sql  AS $x$SELECT 2$x$;

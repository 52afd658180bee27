-- a
CREATE FUNCTION f(VARIADIC v text[]) RETURNS int LANGUAGE sql  AS $x$SELECT cardinality(v)$x$;

-- b
CREATE FUNCTION f(VARIADIC v text[]) RETURNS int LANGUAGE sql  AS $x$SELECT cardinality(v) + 1$x$;

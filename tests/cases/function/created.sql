-- a

-- b
CREATE FUNCTION f(a int, b int DEFAULT 2 + 3) RETURNS int LANGUAGE sql  AS $x$SELECT $1 + b$x$;
COMMENT ON FUNCTION f IS 'It''s a sum.';

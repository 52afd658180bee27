-- a

-- b
CREATE SCHEMA s;
CREATE TYPE s.pair AS (a int, b int);
CREATE FUNCTION s.f(p s.pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (p).a';
CREATE CAST (s.pair AS int) WITH FUNCTION s.f(s.pair) AS ASSIGNMENT;

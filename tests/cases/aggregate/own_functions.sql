-- a

-- b
CREATE SCHEMA s;
CREATE TYPE s.pair AS (a int, b int);
CREATE FUNCTION s.add(p s.pair, a int) RETURNS s.pair LANGUAGE sql IMMUTABLE AS 'SELECT ROW((p).a + a, (p).b + 1)::s.pair';
CREATE FUNCTION s.finish(p s.pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (p).a';
CREATE AGGREGATE s.total(a int) (SFUNC = s.add, STYPE = s.pair, FINALFUNC = s.finish, INITCOND = '(0,0)');

-- a
CREATE TABLE t (id int PRIMARY KEY, a text);

-- b
CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(a)';
CREATE TABLE t (id int PRIMARY KEY, a text);
CREATE STATISTICS s ON (f(a)) FROM t;

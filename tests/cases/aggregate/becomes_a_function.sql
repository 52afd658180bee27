-- a
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);

-- b
CREATE FUNCTION total(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';

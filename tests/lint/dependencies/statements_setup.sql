CREATE TABLE t (id int PRIMARY KEY, name text, n int, arr int[], at timestamptz);
CREATE TYPE comp AS (x int, y text);
CREATE FUNCTION helper(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE PROCEDURE pr(INOUT a int) LANGUAGE plpgsql AS 'BEGIN a := a + 1; END';

CREATE TABLE t (id int PRIMARY KEY, a int, b text, c int);
CREATE TABLE nokey (id int, a int, b text);
CREATE TABLE uniq (id int UNIQUE NOT NULL, a int);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE FUNCTION total(int) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE AGGREGATE mysum(int) (SFUNC = int4pl, STYPE = int);

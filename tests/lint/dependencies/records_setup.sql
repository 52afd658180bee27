CREATE TABLE t (id bigint PRIMARY KEY, a int, b text, u uuid);
CREATE TYPE pair AS (x int, y text);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION rec() RETURNS record LANGUAGE sql AS 'SELECT 1, ''x''::text';
CREATE FUNCTION recs() RETURNS SETOF record LANGUAGE sql AS 'SELECT id, b FROM t';
CREATE FUNCTION plrecs() RETURNS SETOF record LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT 1, ''x''::text; END';
INSERT INTO t VALUES (1, 2, 'x', NULL);

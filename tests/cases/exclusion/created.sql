-- a
CREATE TABLE t (r int4range, a int);

-- b
CREATE TABLE t (r int4range, a int, CONSTRAINT e EXCLUDE USING gist (r WITH &&) INCLUDE (a) WITH (fillfactor = 70));
COMMENT ON CONSTRAINT e ON t IS 'one at a time';

-- rows
INSERT INTO t VALUES ('[1,2)', 1), ('[2,3)', 2);

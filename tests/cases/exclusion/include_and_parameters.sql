-- a
CREATE TABLE t (r int4range, a int, b int, CONSTRAINT e EXCLUDE USING gist (r WITH &&));

-- b
CREATE TABLE t (r int4range, a int, b int, CONSTRAINT e EXCLUDE USING gist (r WITH &&) INCLUDE (b, a) WITH (buffering = off, fillfactor = 70));

-- rows
INSERT INTO t VALUES ('[1,2)', 1), ('[2,3)', 2);

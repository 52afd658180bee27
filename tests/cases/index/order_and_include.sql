-- a
CREATE TABLE t (a int, b int, c int);
CREATE INDEX i ON t (a, b);
CREATE UNIQUE INDEX u ON t (a);

-- b
CREATE TABLE t (a int, b int, c int);
CREATE INDEX i ON t (a DESC, b NULLS FIRST) INCLUDE (c) WHERE a > 0;
CREATE UNIQUE INDEX u ON t (a) INCLUDE (b, c);

-- rows
INSERT INTO t VALUES (1, 2, 3);

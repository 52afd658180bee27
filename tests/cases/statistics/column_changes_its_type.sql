-- a
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE STATISTICS s ON a, b FROM t;
CREATE STATISTICS e ON (a + 1) FROM t;

-- b
CREATE TABLE t (id int PRIMARY KEY, a bigint, b int);
CREATE STATISTICS s ON a, b FROM t;
CREATE STATISTICS e ON (a + 1) FROM t;

-- rows
INSERT INTO t VALUES (1, 1, 1), (2, NULL, NULL);

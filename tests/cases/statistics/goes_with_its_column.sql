-- a
CREATE TABLE t (id int PRIMARY KEY, a int, b int);
CREATE STATISTICS s ON a, b FROM t;

-- b
CREATE TABLE t (id int PRIMARY KEY, a int);

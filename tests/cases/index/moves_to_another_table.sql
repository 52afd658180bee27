-- a
CREATE TABLE t (a int, b int);
CREATE TABLE u (a int, b int);
CREATE INDEX i ON t (a);

-- b
CREATE TABLE t (a int, b int);
CREATE TABLE u (a int, b int);
CREATE INDEX i ON u (a);

-- rows
INSERT INTO t VALUES (1, 2);

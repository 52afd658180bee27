-- a
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b);

-- b
CREATE TABLE t (a int, b int);
CREATE INDEX j ON t (a);
CREATE UNIQUE INDEX i ON t (b);

-- rows
INSERT INTO t VALUES (1, 2);

-- since 15

-- a
CREATE TABLE t (a int, b int);
CREATE UNIQUE INDEX i ON t (a);

-- b
CREATE TABLE t (a int, b int);
CREATE UNIQUE INDEX i ON t (a, (b + 1)) NULLS NOT DISTINCT WHERE b IS NOT NULL;

-- rows
INSERT INTO t VALUES (1, NULL);

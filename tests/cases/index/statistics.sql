-- a
CREATE TABLE t (a text, b int);
CREATE INDEX i ON t (lower(a), b, (b + 1));

-- b
CREATE TABLE t (a text, b int);
CREATE INDEX i ON t (lower(a), b, (b + 1));
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 500, ALTER COLUMN 3 SET STATISTICS 0;

-- rows
INSERT INTO t VALUES ('x', 1);

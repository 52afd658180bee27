-- a
CREATE TABLE t (a int, b int);
GRANT SELECT (a) ON t TO PUBLIC;

-- b
CREATE TABLE t (a int, b int);
GRANT SELECT (b) ON t TO PUBLIC;

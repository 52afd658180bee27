-- a
CREATE TABLE t (a int, p point, r int4range);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t USING gist (p);

-- b
CREATE TABLE t (a int, p point, r int4range);
CREATE INDEX i ON t USING hash (a);
CREATE INDEX j ON t USING spgist (p);
CREATE INDEX k ON t USING spgist (r) INCLUDE (a);
CREATE INDEX l ON t USING brin (r, a);

-- rows
INSERT INTO t VALUES (1, '(1,2)', '[1,2)');

-- a
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));

-- b
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE r (a int, b int, CONSTRAINT f FOREIGN KEY (b, a) REFERENCES t (b, a) MATCH FULL ON UPDATE SET NULL DEFERRABLE);

-- rows
INSERT INTO t VALUES (1, 2);

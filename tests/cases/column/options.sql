-- a
CREATE TABLE t (a text, b text, c int);
ALTER TABLE t ALTER a SET (n_distinct = 5), ALTER b SET (n_distinct = -0.25, n_distinct_inherited = -1);

-- b
CREATE TABLE t (a text, b text, c int);
ALTER TABLE t ALTER b SET (n_distinct = 50), ALTER c SET (n_distinct_inherited = 3);

-- rows
INSERT INTO t VALUES ('a', 'b', 3);

-- a
CREATE TABLE t (id int PRIMARY KEY, name text, n int);

-- b
CREATE TABLE t (id int PRIMARY KEY, name text, n int);
CREATE VIEW v AS SELECT id, name, sum(n) AS total FROM t GROUP BY id;

-- rows
INSERT INTO t VALUES (1, 'a', 1);

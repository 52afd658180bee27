-- a
CREATE TABLE t (id int PRIMARY KEY, a int, b text, c int, CONSTRAINT u UNIQUE (a) INCLUDE (b));

-- b
CREATE TABLE t (id int PRIMARY KEY, a int, b text, c int, CONSTRAINT u UNIQUE (a) INCLUDE (c));

-- rows
INSERT INTO t VALUES (1, 2, 'x', 3);

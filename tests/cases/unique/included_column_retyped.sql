-- a
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT u UNIQUE (a) INCLUDE (b));

-- b
CREATE TABLE t (id int PRIMARY KEY, a int, b bigint, CONSTRAINT u UNIQUE (a) INCLUDE (b));

-- rows
INSERT INTO t VALUES (1, 2, 3);

-- since 15

-- a
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT u UNIQUE (a));

-- b
CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b));

-- rows
INSERT INTO t VALUES (1, NULL, 2);

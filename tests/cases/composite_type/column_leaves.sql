-- a
CREATE TYPE pair AS (a int, b int);
CREATE TABLE t (id int PRIMARY KEY, p pair);

-- b
CREATE TABLE t (id int PRIMARY KEY, p text);

-- rows
INSERT INTO t VALUES (1, (1, 2)), (2, NULL);

-- a
CREATE TYPE role AS ENUM ('b', 'd');
CREATE TABLE t (r role[]);

-- b
CREATE TYPE role AS ENUM ('a', 'b', 'c', 'd', 'e');
CREATE TABLE t (r role[]);

-- rows
INSERT INTO t VALUES ('{d,b}');

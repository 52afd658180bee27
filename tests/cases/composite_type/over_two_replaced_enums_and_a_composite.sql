-- a
CREATE TYPE e1 AS ENUM ('a', 'b');
CREATE TYPE e2 AS ENUM ('a', 'b');
CREATE TYPE e3 AS ENUM ('a', 'b');
CREATE TYPE c1 AS (x e1, y e2);
CREATE TYPE c2 AS (x e2, y e3);
CREATE TYPE c3 AS (x c1, y c2[], z e1[]);
CREATE TABLE t (id int PRIMARY KEY, v c3, w c2, x e3[]);

-- b
CREATE TYPE e1 AS ENUM ('b', 'a');
CREATE TYPE e2 AS ENUM ('b', 'a');
CREATE TYPE e3 AS ENUM ('b', 'a');
CREATE TYPE c1 AS (x e1, y e2);
CREATE TYPE c2 AS (x e2, y e3);
CREATE TYPE c3 AS (x c1, y c2[], z e1[]);
CREATE TABLE t (id int PRIMARY KEY, v c3, w c2, x e3[]);

-- rows
INSERT INTO t VALUES (1, (('a', 'b'), ARRAY[('a', 'b')]::c2[], '{a,b}'), ('b', 'a'), '{a}');

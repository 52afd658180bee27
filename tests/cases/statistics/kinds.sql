-- a
CREATE TABLE t (id int PRIMARY KEY, city text, zip text);
CREATE STATISTICS s (mcv) ON city, zip FROM t;

-- b
CREATE TABLE t (id int PRIMARY KEY, city text, zip text);
CREATE STATISTICS s (ndistinct, dependencies) ON city, zip FROM t;

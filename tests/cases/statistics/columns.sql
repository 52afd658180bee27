-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b text, c text);
CREATE STATISTICS s ON c, a FROM t;

-- b
CREATE TABLE t (id int PRIMARY KEY, a text, b text, c text);
CREATE STATISTICS s ON a, c, b FROM t;

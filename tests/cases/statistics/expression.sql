-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b text);

-- b
CREATE TABLE t (id int PRIMARY KEY, a text, b text);
CREATE STATISTICS one ON (lower(a)) FROM t;
CREATE STATISTICS two (dependencies) ON a, (lower(b)), (id % 7) FROM t;

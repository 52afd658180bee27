-- since 15

-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE PUBLICATION p FOR TABLE t (id, b);

-- b
CREATE TABLE t (id int PRIMARY KEY, a text);
CREATE PUBLICATION p FOR TABLE t (id);

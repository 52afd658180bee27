-- since 15

-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE PUBLICATION p FOR TABLE t;
CREATE PUBLICATION q FOR TABLE t (id, a) WHERE (id > 1);

-- b
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE PUBLICATION p FOR TABLE t (id, b) WHERE (id % 7 = 1 AND a <> 'it''s');
CREATE PUBLICATION q FOR TABLE t (id) WHERE (id > 2);

-- rows
INSERT INTO t VALUES (1, 'a', 2);

-- since 15

-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE PUBLICATION p FOR TABLE t (id, b) WHERE (id > 1);

-- b
CREATE TABLE t (id bigint PRIMARY KEY, a text, b bigint);
CREATE PUBLICATION p FOR TABLE t (id, b) WHERE (id > 1);

-- rows
INSERT INTO t VALUES (1, 'a', 2);

-- a
CREATE SEQUENCE numbers;
CREATE TABLE t (id int PRIMARY KEY, n bigint);

-- b
CREATE SEQUENCE numbers;
CREATE TABLE t (id int PRIMARY KEY, n bigint DEFAULT nextval('numbers'));

-- rows
INSERT INTO t VALUES (1, 1);

-- a
CREATE DOMAIN d AS int;
CREATE TABLE t (d d);

-- b
CREATE TABLE t (d int);

-- rows
INSERT INTO t VALUES (7);

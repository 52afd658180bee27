-- a
CREATE DOMAIN d AS varchar(10);
CREATE TABLE t (d d);

-- b
CREATE DOMAIN d AS varchar(20);
CREATE TABLE t (d d);

-- rows
INSERT INTO t VALUES ('abc');

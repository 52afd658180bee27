-- a
CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);
CREATE TABLE t (id int PRIMARY KEY, d d, ds d[], CHECK (d < 9 OR id > 0));
CREATE INDEX ON t (d) WHERE d > 1;

-- b
CREATE DOMAIN d AS bigint CONSTRAINT c CHECK (VALUE > 0);
CREATE TABLE t (id int PRIMARY KEY, d d, ds d[], CHECK (d < 9 OR id > 0));
CREATE INDEX ON t (d) WHERE d > 1;

-- rows
INSERT INTO t VALUES (1, 3, '{4,5}');

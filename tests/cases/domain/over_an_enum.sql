-- a
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e CHECK (VALUE <> 'b');
CREATE TABLE t (d d, e e);

-- b
CREATE TYPE e AS ENUM ('b', 'a');
CREATE DOMAIN d AS e CHECK (VALUE <> 'b');
CREATE TABLE t (d d, e e);

-- rows
INSERT INTO t VALUES ('a', 'b');

-- a
CREATE TYPE x AS ENUM ('a', 'b');
CREATE TYPE y AS ENUM ('a', 'b');
CREATE TABLE t (x x, y y, CHECK (x::text <> y::text));

-- b
CREATE TYPE x AS ENUM ('b', 'a');
CREATE TYPE y AS ENUM ('b', 'a', 'c');
CREATE TABLE t (x x, y y, CHECK (x::text <> y::text));

-- rows
INSERT INTO t VALUES ('a', 'b');

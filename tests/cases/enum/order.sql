-- a
CREATE TYPE role AS ENUM ('a', 'b', 'c');
CREATE TABLE t (r role NOT NULL DEFAULT 'a', n int);
CREATE INDEX ON t (r);

-- b
CREATE TYPE role AS ENUM ('c', 'b', 'a');
CREATE TABLE t (r role NOT NULL DEFAULT 'b', n int);
CREATE INDEX ON t (r);

-- rows
INSERT INTO t VALUES ('a', 1), ('c', 2);

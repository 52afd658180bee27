-- a
CREATE TYPE role AS ENUM ('a', 'b');
CREATE TABLE t (r text, s role);

-- b
CREATE TYPE role AS ENUM ('b', 'a');
CREATE TABLE t (r role, s role);

-- rows
INSERT INTO t VALUES ('b', 'a');

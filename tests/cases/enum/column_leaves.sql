-- a
CREATE TYPE role AS ENUM ('a', 'b');
CREATE TABLE t (r role DEFAULT 'a');

-- b
CREATE TABLE t (r text DEFAULT 'a');

-- rows
INSERT INTO t VALUES ('b');

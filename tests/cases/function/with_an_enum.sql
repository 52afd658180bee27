-- a
CREATE TYPE role AS ENUM ('a', 'b');
CREATE FUNCTION f(r role) RETURNS role LANGUAGE sql AS 'SELECT r';
CREATE TABLE t (r role DEFAULT 'a');

-- b
CREATE TYPE role AS ENUM ('b', 'a');
CREATE FUNCTION f(r role) RETURNS role LANGUAGE sql AS 'SELECT r';
CREATE TABLE t (r role DEFAULT 'a');

-- rows
INSERT INTO t VALUES ('b');

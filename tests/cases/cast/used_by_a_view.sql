-- a
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length(m::text)';
CREATE TABLE t (id int PRIMARY KEY, m mood);

-- b
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length(m::text)';
CREATE TABLE t (id int PRIMARY KEY, m mood);
CREATE CAST (mood AS int) WITH FUNCTION f(mood);
CREATE VIEW v AS SELECT m::int AS n FROM t;

-- rows
INSERT INTO t VALUES (1, 'low');

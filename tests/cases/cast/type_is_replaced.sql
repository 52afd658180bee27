-- a
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length(m::text)';
CREATE CAST (mood AS int) WITH FUNCTION f(mood) AS IMPLICIT;
CREATE TABLE t (id int PRIMARY KEY, m mood);

-- b
CREATE TYPE mood AS ENUM ('high', 'low');
CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length(m::text)';
CREATE CAST (mood AS int) WITH FUNCTION f(mood) AS IMPLICIT;
CREATE TABLE t (id int PRIMARY KEY, m mood);

-- rows
INSERT INTO t VALUES (1, 'low');

-- a
CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''1''';
CREATE FUNCTION g(int) RETURNS text LANGUAGE sql AS 'SELECT ''ok''';
CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT f(), m mood DEFAULT g(1)::mood, CONSTRAINT c CHECK (m <> 'bad'));
CREATE INDEX i ON t (a);

-- b
CREATE TYPE mood AS ENUM ('bad', 'ok');
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g(bigint) RETURNS text LANGUAGE sql AS 'SELECT ''ok''';
CREATE TABLE t (id int PRIMARY KEY, a varchar(9) DEFAULT f()::text, m mood DEFAULT g(1)::mood, CONSTRAINT c CHECK (m <> 'bad'));
CREATE INDEX i ON t (a);

-- rows
INSERT INTO t VALUES (1, '2', 'ok');

-- a
CREATE DOMAIN short AS text DEFAULT 'a' CONSTRAINT c CHECK (VALUE <> 'x');
CREATE TYPE mood AS ENUM ('ok', 'bad', 'gone');
GRANT USAGE ON TYPE mood TO schema_dsl_cases_reader;
CREATE TABLE t (id int, s short);

-- b
CREATE DOMAIN short AS text DEFAULT 'a';
CREATE TYPE mood AS ENUM ('ok', 'bad');
GRANT USAGE ON TYPE mood TO schema_dsl_cases_reader;
CREATE TABLE t (id int, s short);

-- rows
INSERT INTO t VALUES (1, 'b');

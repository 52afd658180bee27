-- a
CREATE DOMAIN short AS text;
CREATE TYPE mood AS ENUM ('ok', 'bad', 'gone');
CREATE DOMAIN good AS mood CHECK (VALUE <> 'bad');
COMMENT ON DOMAIN good IS 'Not bad.';
GRANT USAGE ON TYPE good TO schema_dsl_cases_reader;
CREATE TYPE address AS (street text, place short, how good);
COMMENT ON TYPE address IS 'Where.';
GRANT USAGE ON TYPE address TO schema_dsl_cases_reader;
CREATE TABLE t (id int, home address, how good DEFAULT 'ok');
COMMENT ON COLUMN t.home IS 'At home.';

-- b
CREATE DOMAIN short AS text;
CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE DOMAIN good AS mood CHECK (VALUE <> 'bad');
COMMENT ON DOMAIN good IS 'Not bad.';
GRANT USAGE ON TYPE good TO schema_dsl_cases_reader;
CREATE TYPE address AS (street text, place short, how good);
COMMENT ON TYPE address IS 'Where.';
GRANT USAGE ON TYPE address TO schema_dsl_cases_reader;
CREATE TABLE t (id int, home address, how good DEFAULT 'ok');
COMMENT ON COLUMN t.home IS 'At home.';

-- rows
INSERT INTO t VALUES (1, ('a', 'b', 'ok'), 'ok'), (2, NULL, NULL);

-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE FUNCTION score(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1::int';
CREATE MATERIALIZED VIEW m AS SELECT id, score(id) AS score FROM users;
CREATE INDEX m_score ON m (score);
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE FUNCTION score(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';
CREATE MATERIALIZED VIEW m AS SELECT id, score(id) AS score FROM users;
CREATE INDEX m_score ON m (score);
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

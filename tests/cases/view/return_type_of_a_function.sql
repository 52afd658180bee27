-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE FUNCTION score(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1::int';
CREATE VIEW scored AS SELECT id, score(id) AS score FROM users;
CREATE VIEW best AS SELECT max(score) AS best FROM scored;
GRANT SELECT ON best TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE FUNCTION score(int) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1::numeric';
CREATE VIEW scored AS SELECT id, score(id) AS score FROM users;
CREATE VIEW best AS SELECT max(score) AS best FROM scored;
GRANT SELECT ON best TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users;
GRANT SELECT (id) ON m TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users;
GRANT SELECT ON m TO PUBLIC;
GRANT ALL ON m TO schema_dsl_cases_reader WITH GRANT OPTION;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

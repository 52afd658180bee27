-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id, name FROM users;
GRANT SELECT (id), UPDATE (name) ON v TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id, name FROM users;
GRANT SELECT, DELETE ON v TO schema_dsl_cases_reader WITH GRANT OPTION;
GRANT INSERT ON v TO PUBLIC;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

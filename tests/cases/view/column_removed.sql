-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id, name, active FROM users;
GRANT SELECT ON v TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id FROM users;
GRANT SELECT ON v TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

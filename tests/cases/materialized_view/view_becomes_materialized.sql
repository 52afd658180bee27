-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW m AS SELECT id FROM users;
CREATE VIEW v AS SELECT id FROM m;
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id FROM users;
CREATE VIEW v AS SELECT id FROM m;
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

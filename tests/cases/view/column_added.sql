-- a
CREATE TABLE users (id int, name text);
CREATE VIEW v AS SELECT id FROM users;
GRANT SELECT ON v TO schema_dsl_cases_reader;
COMMENT ON VIEW v IS 'v';

-- b
CREATE TABLE users (id int, name text);
CREATE VIEW v AS SELECT id, name FROM users;
GRANT SELECT ON v TO schema_dsl_cases_reader;
COMMENT ON VIEW v IS 'v';

-- rows
INSERT INTO users VALUES (1, 'a');

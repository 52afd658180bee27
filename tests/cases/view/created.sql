-- a
CREATE TABLE users (id int, name text, active boolean);

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW active_users AS SELECT id, name FROM users WHERE active;
COMMENT ON VIEW active_users IS 'Those who may log in';
COMMENT ON COLUMN active_users.name IS 'As it is shown';
GRANT SELECT ON active_users TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users;
CREATE UNIQUE INDEX m_id ON m (id);
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users WHERE active;
CREATE UNIQUE INDEX m_id ON m (id);
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

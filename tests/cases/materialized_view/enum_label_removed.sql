-- a
CREATE TYPE r AS ENUM ('user', 'admin', 'guest');
CREATE TABLE users (id int, role r);
CREATE MATERIALIZED VIEW m AS SELECT id, role FROM users;
CREATE INDEX m_role ON m (role) WHERE role = 'admin';
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- b
CREATE TYPE r AS ENUM ('user', 'admin');
CREATE TABLE users (id int, role r);
CREATE MATERIALIZED VIEW m AS SELECT id, role FROM users;
CREATE INDEX m_role ON m (role) WHERE role = 'admin';
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'admin');

-- a
CREATE TABLE users (id int, name text);
CREATE FUNCTION visible(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1';
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON users USING (visible(id) IS NOT NULL);
CREATE VIEW v AS SELECT id, visible(id) AS visible FROM users;
GRANT SELECT ON v TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text);
CREATE FUNCTION visible(int) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT $1::bigint';
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON users USING (visible(id) IS NOT NULL);
CREATE VIEW v AS SELECT id, visible(id) AS visible FROM users;
GRANT SELECT ON v TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1);

-- a
CREATE TABLE users (id int, name text, active boolean);

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users;
CREATE UNIQUE INDEX m_id ON m (id);
CREATE INDEX m_name ON m (lower(name)) WHERE id > 0;
COMMENT ON MATERIALIZED VIEW m IS 'it''s';
COMMENT ON COLUMN m.name IS 'n';
COMMENT ON INDEX m_id IS 'i';
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

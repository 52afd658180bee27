-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users;
COMMENT ON MATERIALIZED VIEW m IS 'a';

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users;
COMMENT ON MATERIALIZED VIEW m IS 'b';
COMMENT ON COLUMN m.id IS 'b';

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id, name FROM users;
COMMENT ON VIEW v IS 'one';
COMMENT ON COLUMN v.id IS 'id';

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id, name FROM users;
COMMENT ON VIEW v IS 'two';
COMMENT ON COLUMN v.name IS 'it''s';

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

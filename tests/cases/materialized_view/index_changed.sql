-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users;
CREATE INDEX i ON m (id) INCLUDE (name);

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id, name FROM users;
CREATE INDEX i ON m (id, name);

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m (a, b) AS SELECT id, name FROM users;
CREATE INDEX i ON m (a);

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m (a, c, d) AS SELECT id, name, active FROM users;
CREATE INDEX i ON m (a);
CREATE INDEX j ON m (c);

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT id FROM users;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m WITH (autovacuum_enabled = off, fillfactor = 80) AS SELECT id FROM users;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

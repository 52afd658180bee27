-- a
CREATE TABLE users (id int, name text, active boolean);

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW m AS SELECT id FROM users WITH NO DATA;
CREATE UNIQUE INDEX i ON m (id);

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

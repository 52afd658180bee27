-- since 15
-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id FROM users;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v WITH (security_barrier = true, security_invoker = true) AS SELECT id FROM users;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW a AS SELECT id FROM users;
CREATE VIEW b AS SELECT name FROM users;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW a AS SELECT name FROM users;
CREATE VIEW b AS SELECT id FROM users;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

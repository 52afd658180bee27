-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT name FROM users;
CREATE VIEW w AS SELECT name FROM v;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT name COLLATE "C" FROM users;
CREATE VIEW w AS SELECT name FROM v;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

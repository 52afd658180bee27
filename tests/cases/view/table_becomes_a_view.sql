-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE TABLE people (id int, name text);
CREATE VIEW v AS SELECT id FROM people;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW people AS SELECT id, name FROM users;
CREATE VIEW v AS SELECT id FROM people;

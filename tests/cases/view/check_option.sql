-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id FROM users WHERE id > 0;
CREATE VIEW w AS SELECT id FROM v WHERE id < 5 WITH LOCAL CHECK OPTION;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id FROM users WHERE id > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW w WITH (security_barrier = true) AS SELECT id FROM v WHERE id < 5 WITH CASCADED CHECK OPTION;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

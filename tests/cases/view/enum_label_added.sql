-- a
CREATE TYPE r AS ENUM ('user', 'admin');
CREATE TABLE users (id int, role r DEFAULT 'user', roles r[] DEFAULT '{user}');
CREATE FUNCTION top(r) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $1 = 'admin'::r;
CREATE VIEW admins AS SELECT id, role FROM users WHERE role = 'admin' AND NOT 'user' = ANY (roles);
CREATE VIEW counted AS SELECT role, count(*) AS n, 'user'::r AS usual FROM admins GROUP BY role;
CREATE VIEW topped AS SELECT id FROM users WHERE top(role);
GRANT SELECT ON admins TO schema_dsl_cases_reader;
GRANT SELECT ON topped TO schema_dsl_cases_reader;

-- b
CREATE TYPE r AS ENUM ('user', 'editor', 'admin');
CREATE TABLE users (id int, role r DEFAULT 'user', roles r[] DEFAULT '{user}');
CREATE FUNCTION top(r) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $1 = 'admin'::r;
CREATE VIEW admins AS SELECT id, role FROM users WHERE role = 'admin' AND NOT 'user' = ANY (roles);
CREATE VIEW counted AS SELECT role, count(*) AS n, 'user'::r AS usual FROM admins GROUP BY role;
CREATE VIEW topped AS SELECT id FROM users WHERE top(role);
GRANT SELECT ON admins TO schema_dsl_cases_reader;
GRANT SELECT ON topped TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'admin', '{admin}'), (2, 'user', '{user}');

-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id  FROM users;
CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE RETURN (SELECT max(id) FROM v);
CREATE FUNCTION rows() RETURNS SETOF v LANGUAGE sql STABLE AS 'SELECT * FROM public.v';
CREATE FUNCTION text() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM public.v';
GRANT EXECUTE ON FUNCTION f() TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW v AS SELECT id user_id FROM users;
CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE RETURN (SELECT max(user_id) FROM v);
CREATE FUNCTION rows() RETURNS SETOF v LANGUAGE sql STABLE AS 'SELECT * FROM public.v';
CREATE FUNCTION text() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM public.v';
GRANT EXECUTE ON FUNCTION f() TO schema_dsl_cases_reader;

-- rows
INSERT INTO users VALUES (1, 'a', true), (2, 'b', false);

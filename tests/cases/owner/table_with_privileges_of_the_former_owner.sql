-- a


-- b
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE SEQUENCE s;
CREATE VIEW v AS SELECT id FROM t;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION f() FROM PUBLIC;
ALTER TABLE t OWNER TO schema_dsl_cases_other_owner;
ALTER SEQUENCE s OWNER TO schema_dsl_cases_other_owner;
ALTER VIEW v OWNER TO schema_dsl_cases_other_owner;
ALTER FUNCTION f() OWNER TO schema_dsl_cases_other_owner;
GRANT SELECT, INSERT ON t TO schema_dsl_cases, schema_dsl_cases_reader;
GRANT UPDATE (a) ON t TO schema_dsl_cases WITH GRANT OPTION;
GRANT USAGE ON SEQUENCE s TO schema_dsl_cases;
GRANT SELECT ON v TO schema_dsl_cases;
GRANT EXECUTE ON FUNCTION f() TO schema_dsl_cases;

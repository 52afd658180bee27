-- a
CREATE TABLE t (a int, b int);

-- b
CREATE TABLE t (a int, b int);
ALTER TABLE t OWNER TO schema_dsl_cases_other_owner;
GRANT SELECT, INSERT ON t TO schema_dsl_cases;

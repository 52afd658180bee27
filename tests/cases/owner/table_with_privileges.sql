-- a
CREATE TABLE t (a int);
GRANT SELECT ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (a int);
GRANT SELECT, INSERT ON t TO schema_dsl_cases_reader;
ALTER TABLE t OWNER TO schema_dsl_cases_other_owner;

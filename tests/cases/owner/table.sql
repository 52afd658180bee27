-- a
CREATE TABLE t (a int);

-- b
CREATE TABLE t (a int);
ALTER TABLE t OWNER TO schema_dsl_cases_other_owner;

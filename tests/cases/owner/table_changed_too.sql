-- a
CREATE TABLE t (a int);

-- b
CREATE TABLE t (a bigint, b text);
CREATE INDEX i ON t (a);
ALTER TABLE t OWNER TO schema_dsl_cases_other_owner;

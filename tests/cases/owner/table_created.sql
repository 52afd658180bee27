-- a


-- b
CREATE TABLE t (a int, b int UNIQUE);
COMMENT ON COLUMN t.a IS 'x';
ALTER TABLE t OWNER TO schema_dsl_cases_other_owner;

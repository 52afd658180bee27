-- a


-- b
CREATE TABLE t (a int, b text);
GRANT SELECT (a), INSERT ON t TO schema_dsl_cases_reader;
GRANT DELETE ON t TO schema_dsl_cases_reader WITH GRANT OPTION;

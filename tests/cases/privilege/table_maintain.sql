-- since 17

-- a
CREATE TABLE t (id int);
GRANT SELECT, MAINTAIN ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (id int);
GRANT MAINTAIN ON t TO schema_dsl_cases_writer WITH GRANT OPTION;
GRANT SELECT ON t TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1);

-- a
CREATE TABLE t (a int);
CREATE TABLE u (a int);
GRANT ALL ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE u (a int);
GRANT SELECT ON u TO schema_dsl_cases_reader WITH GRANT OPTION;

-- a
CREATE TABLE t (id int PRIMARY KEY);
GRANT SELECT ON t TO schema_dsl_cases_reader;

-- b
CREATE UNLOGGED TABLE t (id int PRIMARY KEY);
GRANT SELECT, INSERT ON t TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1);

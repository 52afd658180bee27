-- a
CREATE TABLE t (k int) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF t FOR VALUES IN (1);
GRANT SELECT ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (k int) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF t FOR VALUES IN (1);
GRANT SELECT, INSERT ON t TO schema_dsl_cases_reader;
GRANT SELECT ON p1 TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1);

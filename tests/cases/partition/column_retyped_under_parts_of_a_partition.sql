-- a
CREATE TABLE t (k int NOT NULL, name varchar(5)) PARTITION BY LIST (k);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE POLICY p ON t1 USING (name = 'a');
CREATE VIEW v AS SELECT name FROM t1;
GRANT SELECT (name) ON t1 TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (k int NOT NULL, name text, more int) PARTITION BY LIST (k);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE POLICY p ON t1 USING (name = 'a');
CREATE VIEW v AS SELECT name FROM t1;
CREATE INDEX i ON t1 (more);
GRANT SELECT (name) ON t1 TO schema_dsl_cases_reader;

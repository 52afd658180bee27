-- a
CREATE TABLE t (id int PRIMARY KEY);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t TO schema_dsl_cases_reader USING (id > 1);
CREATE POLICY q ON t USING (id > 1);

-- b
CREATE TABLE t (id int PRIMARY KEY);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t TO schema_dsl_cases_reader, schema_dsl_cases USING (id > 1);
CREATE POLICY q ON t TO schema_dsl_cases_reader USING (id > 2);

-- rows
INSERT INTO t VALUES (1);

-- a
CREATE TABLE t (a int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t TO schema_dsl_cases_reader USING (a > 0);
GRANT SELECT ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE t (a int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t TO schema_dsl_cases_reader USING (a > 1);
GRANT SELECT, DELETE ON t TO schema_dsl_cases_reader;

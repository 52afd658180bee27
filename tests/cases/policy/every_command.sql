-- a
CREATE TABLE t (id int PRIMARY KEY, owner text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY s ON t FOR SELECT TO schema_dsl_cases_reader USING (owner = current_user);

-- b
CREATE TABLE t (id int PRIMARY KEY, owner text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY s ON t FOR SELECT TO schema_dsl_cases_reader USING (owner = current_user);
CREATE POLICY i ON t FOR INSERT TO schema_dsl_cases_reader WITH CHECK (owner = current_user);
CREATE POLICY u ON t FOR UPDATE TO schema_dsl_cases_reader USING (owner = current_user) WITH CHECK (owner = current_user AND id > 0);
CREATE POLICY d ON t FOR DELETE TO schema_dsl_cases_reader USING (owner = current_user);
CREATE POLICY a ON t TO schema_dsl_cases USING (true);
CREATE POLICY r ON t AS RESTRICTIVE USING (id < 100);
COMMENT ON POLICY r ON t IS 'few';

-- rows
INSERT INTO t VALUES (1, 'x');

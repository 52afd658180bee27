-- a
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW allowed AS SELECT id  FROM users WHERE active;
CREATE TABLE t (u int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (u IN (SELECT allowed.id FROM allowed));
GRANT SELECT ON t TO schema_dsl_cases_reader;

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE VIEW allowed AS SELECT id user_id FROM users WHERE active;
CREATE TABLE t (u int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (u IN (SELECT allowed.user_id FROM allowed));
GRANT SELECT ON t TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1);

-- a
CREATE TABLE "Base's" (id int, name varchar(5));

-- b
CREATE TABLE "Base's" (id int, name text NOT NULL, added int);
CREATE TABLE aa () INHERITS ("Base's");
CREATE POLICY p ON aa USING (name = 'a');
CREATE INDEX i ON aa (added);
CREATE VIEW v AS SELECT name, added FROM aa;
GRANT SELECT (name) ON aa TO schema_dsl_cases_reader;

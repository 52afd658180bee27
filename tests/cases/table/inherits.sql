-- a


-- b
CREATE TABLE base (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x', CONSTRAINT ok CHECK (id > 0), CONSTRAINT own CHECK (id < 9) NO INHERIT);
CREATE TABLE other (name text NOT NULL DEFAULT 'x', tag text);
CREATE TABLE child (extra int, PRIMARY KEY (id), CHECK (name <> tag)) INHERITS (base, other) WITH (fillfactor = 50);
CREATE TABLE grandchild (more text UNIQUE, CHECK (extra > 1)) INHERITS (child);
CREATE INDEX ON child (tag);
CREATE INDEX ON grandchild (lower(name), more);
ALTER TABLE child ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON child USING (name = 'a');
GRANT SELECT (tag) ON child TO schema_dsl_cases_reader;
CREATE VIEW v AS SELECT name, more FROM grandchild WHERE extra > 3;
COMMENT ON TABLE child IS 'It''s';

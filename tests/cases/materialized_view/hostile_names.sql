-- a
CREATE TABLE users (id int, name text, active boolean);

-- b
CREATE TABLE users (id int, name text, active boolean);
CREATE MATERIALIZED VIEW "M'$m$""" ("or""der", "é") AS SELECT id, name || 'it''s $$ -- ' FROM users;
CREATE INDEX "I'x""" ON "M'$m$""" ("or""der");
COMMENT ON COLUMN "M'$m$"""."é" IS '$$';
GRANT SELECT ON "M'$m$""" TO schema_dsl_cases_reader;

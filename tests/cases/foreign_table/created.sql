-- superuser
-- a
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE TYPE mood AS ENUM ('ok');

-- b
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE TYPE mood AS ENUM ('ok');
CREATE FOREIGN TABLE f (
    id int OPTIONS (column_name 'it''s') NOT NULL,
    "T t" text COLLATE "C" DEFAULT 'a' || 'b',
    feeling mood
) SERVER s OPTIONS (table_name 'f', schema_name 'x');
CREATE VIEW v AS SELECT id, feeling FROM f;
COMMENT ON FOREIGN TABLE f IS 'It''s $$ \ one.';
COMMENT ON COLUMN f."T t" IS 'Two.';
GRANT SELECT, INSERT ON f TO schema_dsl_cases_reader;
GRANT UPDATE (id) ON f TO schema_dsl_cases_writer;
CREATE FOREIGN TABLE "F '$$ ä" () SERVER s;

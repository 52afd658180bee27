-- superuser
-- a
CREATE EXTENSION postgres_fdw;

-- b
CREATE EXTENSION postgres_fdw;
CREATE SERVER films FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'films.example.com', dbname 'films');
COMMENT ON SERVER films IS 'It''s $$ \ one.';
GRANT USAGE ON FOREIGN SERVER films TO schema_dsl_cases_reader;
CREATE USER MAPPING FOR schema_dsl_cases_reader SERVER films OPTIONS (user 'reader', password_required 'false');
CREATE USER MAPPING FOR PUBLIC SERVER films;

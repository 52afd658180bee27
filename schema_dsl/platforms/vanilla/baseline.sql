-- A scratch database of plain Postgres: an owner who is no superuser, as migrations should be run.
-- Run by a superuser; may be run again.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'schema_dsl_owner') THEN
        CREATE ROLE schema_dsl_owner LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
END
$$;

GRANT ALL ON SCHEMA public TO schema_dsl_owner;

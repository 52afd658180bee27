-- A scratch database of plain Postgres: an owner who is no superuser, as migrations should be run.
-- Run by a superuser; may be run again. :"owner" is the role that migrations run as.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'owner') THEN
        CREATE ROLE :"owner" LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
END
$$;

GRANT ALL ON SCHEMA public TO :"owner";

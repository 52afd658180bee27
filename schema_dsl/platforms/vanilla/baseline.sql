-- A scratch database of plain Postgres, with an owner that is not a superuser.
-- The script is idempotent, and needs a superuser. :"owner" is the role that runs migrations.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'owner') THEN
        CREATE ROLE :"owner" LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
END
$$;

GRANT ALL ON SCHEMA public TO :"owner";

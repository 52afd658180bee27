-- A scratch database of plain Postgres, with an owner that is not a superuser.
-- The script is idempotent, and needs a superuser. :roles stands for the roles of the platform, and :"owner" is the
-- role that runs migrations.

:roles

GRANT ALL ON SCHEMA public TO :"owner";

-- What hosts do for the owner of migrations and Postgres only for superusers. :"owner" is the role that runs migrations.

CREATE OR REPLACE FUNCTION pg_catalog.schema_dsl_create_event_trigger(statement text, name name) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    EXECUTE statement;
    UPDATE pg_catalog.pg_event_trigger SET evtowner = :'owner'::pg_catalog.regrole WHERE evtname = name;
    UPDATE pg_catalog.pg_shdepend SET refobjid = :'owner'::pg_catalog.regrole
    WHERE dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        AND classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND deptype = 'o'
        AND objid = (SELECT oid FROM pg_catalog.pg_event_trigger WHERE evtname = name);
END
$$;
REVOKE ALL ON FUNCTION pg_catalog.schema_dsl_create_event_trigger(text, name) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.schema_dsl_create_event_trigger(text, name) TO :"owner";

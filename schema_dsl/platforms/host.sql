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

-- On hosts, the owner may use the foreign-data wrappers of extensions.
CREATE OR REPLACE FUNCTION pg_catalog.schema_dsl_create_server(statement text, wrapper name, name name) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_foreign_data_wrapper AS w
        INNER JOIN pg_catalog.pg_depend AS d
            ON d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass AND d.objid = w.oid AND d.deptype = 'e'
        WHERE w.fdwname = wrapper
    ) AND NOT pg_catalog.has_foreign_data_wrapper_privilege(:'owner', wrapper, 'USAGE') THEN
        RAISE EXCEPTION 'permission denied for foreign-data wrapper %', wrapper USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_foreign_server AS s WHERE s.srvname = name) THEN
        EXECUTE statement;
        EXECUTE pg_catalog.format('ALTER SERVER %I OWNER TO %I', name, :'owner');
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pg_catalog.schema_dsl_create_server(text, name, name) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.schema_dsl_create_server(text, name, name) TO :"owner";

-- A superuser created the languages, access methods, operator classes and so on of a database that exists.
CREATE OR REPLACE FUNCTION pg_catalog.schema_dsl_create(statement text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    EXECUTE statement;
    -- Functions of an untrusted language need a superuser too.
    UPDATE pg_catalog.pg_language SET lanpltrusted = true WHERE lanispl AND NOT lanpltrusted;
END
$$;
REVOKE ALL ON FUNCTION pg_catalog.schema_dsl_create(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.schema_dsl_create(text) TO :"owner";

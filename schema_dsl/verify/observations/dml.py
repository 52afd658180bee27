"""Record the INSERT, UPDATE, DELETE and TRUNCATE commands that a migration runs, whether they find rows or not."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.bodies import expand_blocks
from schema_dsl.analysis.effects import effects
from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection

_SCHEMA: Final = "schema_dsl_dml"
# A trigger for each statement fires for commands in functions and DO blocks too, and for those that find no row.
_RECORD: Final = f"""
    CREATE SCHEMA {_SCHEMA};
    CREATE TABLE {_SCHEMA}.command (name text, relation text);
    CREATE FUNCTION {_SCHEMA}.record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
    BEGIN
        INSERT INTO {_SCHEMA}.command VALUES (TG_OP, format('%s.%s', TG_TABLE_SCHEMA, TG_TABLE_NAME));
        RETURN NULL;
    END $$;
"""  # noqa: S608 - the schema is a constant
_EXTEND: Final = f"""
    DO $$
    DECLARE
        target pg_catalog.regclass;
    BEGIN
        FOR target IN
            SELECT c.oid FROM pg_catalog.pg_class AS c
            INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('information_schema', '{_SCHEMA}')
                AND left(n.nspname, 3) <> 'pg_'
                AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = '{_SCHEMA}'
                )
        LOOP
            EXECUTE format(
                'CREATE TRIGGER {_SCHEMA} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s'
                ' FOR EACH STATEMENT EXECUTE FUNCTION {_SCHEMA}.record()',
                target
            );
        END LOOP;
    END $$;
"""  # noqa: S608 - the schema is a constant
_READ: Final = f"""
    SELECT relation, string_agg(DISTINCT name, ' and ' ORDER BY name) FROM {_SCHEMA}.command
    GROUP BY relation ORDER BY relation
"""  # noqa: S608 - the schema is a constant


def record_commands(connection: Connection) -> None:
    """Record from now on the commands on all present tables.

    Args:
        connection: A session of a role that may create triggers on every table.
    """
    connection.execute(_RECORD.encode())
    record_new_tables(connection)


def creates_objects(statement: Statement) -> bool:
    """Return whether a statement creates objects with a name of their own, such as tables."""
    return any(
        effect.verb == "create" and effect.identity.parent is None
        for part in expand_blocks([statement])
        for effect in effects(part)
    )


def record_new_tables(connection: Connection) -> None:
    """Record from now on also the commands on the tables that did not exist at the last call.

    Args:
        connection: A session of a role that may create triggers on every table.
    """
    connection.execute(_EXTEND.encode())


def read_commands(connection: Connection) -> dict[str, str]:
    """Return the names of the recorded commands by table."""
    return dict(connection.execute(_READ.encode()).fetchall())

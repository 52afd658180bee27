"""Check the session that a migration runs in: its settings while the migration runs, and its traces afterwards."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from psycopg import sql

from schema_dsl.analysis.transaction_blocks import find_refused_command
from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection
from schema_dsl.render import ALLOW_DATA_LOSS
from schema_dsl.verify.scripts.script_name import locate
from schema_dsl.verify.snapshots.catalog import CatalogObject, ObjectState, Snapshot
from schema_dsl.verify.snapshots.prepared import PREPARED_PREFIX

_SETTING: Final = "setting"
_USER: Final = "user"

# pg_settings omits the settings of applications, so their names come from the text of the migration.
_STATE: Final = """
    SELECT 'setting', name, setting FROM pg_catalog.pg_settings
    WHERE source = 'session' AND setting IS DISTINCT FROM reset_val
    UNION ALL
    SELECT 'setting', name, pg_catalog.current_setting(name, true) FROM unnest(%(names)s::text[]) AS name
    WHERE pg_catalog.current_setting(name, true) <> ''
    UNION ALL
    SELECT 'user', '', pg_catalog.concat(current_user, ' (logged in as ' || nullif(session_user, current_user) || ')')
    UNION ALL
    SELECT
        'temporary '
        || CASE relkind WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'table' END,
        relname, ''
    FROM pg_catalog.pg_class
    WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind IN ('r', 'p', 'v', 'S', 'f', 'c')
    UNION ALL
    SELECT 'temporary function', proname, '' FROM pg_catalog.pg_proc
    WHERE pronamespace = pg_catalog.pg_my_temp_schema()
    UNION ALL
    SELECT 'temporary type', typname, '' FROM pg_catalog.pg_type
    WHERE typnamespace = pg_catalog.pg_my_temp_schema() AND typtype IN ('d', 'e', 'r')
    UNION ALL
    SELECT 'prepared statement', name, '' FROM pg_catalog.pg_prepared_statements
    WHERE from_sql AND NOT starts_with(name, %(prefix)s)
    UNION ALL
    SELECT 'cursor', name, '' FROM pg_catalog.pg_cursors WHERE is_holdable
    UNION ALL
    SELECT 'LISTEN on channel', channel, '' FROM pg_catalog.pg_listening_channels() AS channel
    UNION ALL
    SELECT 'advisory lock', pg_catalog.concat_ws(' ', nullif(classid, 0), objid), '' FROM pg_catalog.pg_locks
    WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()
"""
_HELD: Final = b"""
    SET application_name = 'of_the_runner';
    PREPARE of_the_runner AS SELECT 1;
    LISTEN of_the_runner;
    CREATE TEMPORARY TABLE of_the_runner ();
    DECLARE of_the_runner CURSOR WITH HOLD FOR SELECT 1;
    SELECT pg_catalog.pg_advisory_lock(40, 2)
"""
_APPLICATION_SETTING: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


def hold_session_state(connection: Connection) -> None:
    """Give a session the state that a program may keep in it, which a migration must not end, as DISCARD ALL does."""
    connection.execute(_HELD)


def read_session_state(connection: Connection, script: str) -> Snapshot:
    """Snapshot the state of a session outside of a transaction: its settings, temporary objects, cursors and the like.

    Args:
        connection: The session.
        script: The migration. The settings of applications are read that it may set.
    """
    # Names of another form, such as tables, are no settings, and current_setting() returns NULL for them.
    names = set(_APPLICATION_SETTING.findall(script)) - {ALLOW_DATA_LOSS}
    rows = connection.execute(_STATE, {"names": sorted(names), "prefix": PREPARED_PREFIX}).fetchall()
    return Snapshot({CatalogObject(kind, "", name): ObjectState(value) for kind, name, value in rows})


def find_leftovers(before: Snapshot, after: Snapshot, file: str) -> Iterator[str]:
    """Yield a sentence for everything that a migration leaves behind in its session."""
    for target, state in after.objects.items():
        known = before.objects.get(target)
        if known == state:
            continue
        if target.kind == _SETTING:
            yield (
                f"{file} does not reset {target.name}: later statements in the session run with {state.attributes}"
            )
        elif target.kind == _USER:
            was = known.attributes if known else "another role"
            yield f"{file} leaves the session as {state.attributes} instead of {was}"
        else:
            yield f"{file} leaves {target} behind in the session"
    for target in before.objects:
        if target not in after.objects:
            yield f"{file} removes {target} from the session"


class RequiredSettings:
    """The settings that the project requires of each statement, such as lock_timeout."""

    def __init__(self, connection: Connection, required: Mapping[str, str], file: str) -> None:
        """Read the required values in the form in which Postgres displays them.

        Args:
            connection: The session that runs the migration.
            required: The settings.
            file: The path of the migration, for messages.
        """
        self._connection = connection
        self._required = required
        self._file = file
        self._reported: set[str] = set()
        with connection.transaction(force_rollback=True):
            for name, value in required.items():
                connection.execute("SELECT pg_catalog.set_config(%s, %s, true)", [name, value])
            self._expected = self._read(required)

    def check(self, statement: Statement) -> Iterator[str]:
        """Yield a sentence for each setting that has another value before a statement, once for each setting.

        A timeout that interrupts CREATE INDEX CONCURRENTLY leaves an invalid index, so statements that Postgres refuses
        in a transaction block need none. Some tools run them alone in their file.
        """
        if statement.kind == "variable_set_stmt" or not self._required or find_refused_command(statement):
            return
        for name, value in self._read(self._required).items():
            if value == self._expected[name] or name in self._reported:
                continue
            self._reported.add(name)
            actual = f"with {name} {value}" if value not in _NO_LIMIT else f"without {name}"
            yield (
                f"{locate(self._file, statement.line)}: this statement runs {actual}, but the project's settings"
                f" require {self._required[name]}"
            )

    def _read(self, names: Collection[str]) -> dict[str, str]:
        rows = self._connection.execute(
            "SELECT name, pg_catalog.current_setting(name, true) FROM unnest(%s::text[]) AS name",
            [list(names)],
        ).fetchall()
        return dict(rows)


# The values of timeout settings that mean "no limit", in any unit.
_NO_LIMIT: Final = frozenset({"0", "", None})


def permit_data_loss(connection: Connection) -> None:
    """Permit a migration to drop tables and columns with values, until the end of the transaction."""
    connection.execute("SELECT pg_catalog.set_config(%s, 'on', true)", [ALLOW_DATA_LOSS])


def act_as(connection: Connection, role: str) -> None:
    """Let a transaction of a superuser continue as a role, with the privileges and policies of the role."""
    connection.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(sql.Identifier(role)))

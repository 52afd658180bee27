"""Check the session settings that a migration runs under and leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection
from schema_dsl.verify.apply import ApplyError, apply_statements
from schema_dsl.verify.scratch import Scratch

# The values of timeout settings that mean "no limit", whatever the unit.
_NO_LIMIT = frozenset({"0", ""})


def read_session_settings(connection: Connection) -> dict[str, str]:
    """Return the settings that statements of the session have changed."""
    rows = connection.execute("SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'")
    return dict(rows.fetchall())


def find_leftover_settings(before: Mapping[str, str], after: Mapping[str, str], file: str) -> Iterator[str]:
    """Yield a sentence for every setting that the migration does not reset at its end."""
    for name, value in after.items():
        if before.get(name) != value:
            yield f"{file} does not reset {name}: later statements in the session run with {value}"


def find_missing_settings(scratch: Scratch, statements: Sequence[Statement]) -> Iterator[str]:
    """Yield a sentence for every required setting of the project that a statement runs without."""
    wanted = scratch.subject.settings
    if not wanted:
        return
    with scratch.fresh("before") as database, scratch.connect(database) as connection:
        reported: set[str] = set()
        for statement in statements:
            if statement.kind != "variable_set_stmt":
                for name in wanted.keys() - reported:
                    if _read_setting(connection, name) in _NO_LIMIT:
                        reported.add(name)
                        yield (
                            f"{scratch.subject.file}:{statement.line}: this statement runs without {name}, but "
                            f"the project's settings require {wanted[name]}"
                        )
            try:
                apply_statements(connection, [statement], scratch.subject.file)
            except ApplyError:
                # The caller reports the failure when it applies the whole script.
                return


def _read_setting(connection: Connection, name: str) -> str:
    row = connection.execute("SELECT pg_catalog.current_setting(%s, true)", [name]).fetchone()
    return str(row[0] or "") if row else ""

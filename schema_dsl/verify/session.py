"""What a migration does to the session that it runs in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection
from schema_dsl.verify.apply import ApplyError, apply_statements
from schema_dsl.verify.scratch import Scratch

# What Postgres has for "without end", in every unit.
_ENDLESS = frozenset({"0", ""})


def session_settings(connection: Connection) -> dict[str, str]:
    """Read what has been set in a session, and not at its start or by the server."""
    rows = connection.execute("SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'")
    return dict(rows.fetchall())


def left_behind(before: Mapping[str, str], after: Mapping[str, str], file: str) -> Iterator[str]:
    """Say which settings a migration leaves to whatever runs in the session after it."""
    for name, value in after.items():
        if before.get(name) != value:
            yield f"{file} leaves {name} set to {value} in the session, for whatever runs there next"


def without_settings(scratch: Scratch, statements: Sequence[Statement]) -> Iterator[str]:
    """Say what a statement runs without, of that which the project wants its migrations to run under."""
    wanted = scratch.subject.settings
    if not wanted:
        return
    with scratch.fresh("before") as database, scratch.connect(database) as connection:
        told: set[str] = set()
        for statement in statements:
            if statement.kind != "variable_set_stmt":
                for name in wanted.keys() - told:
                    if _value(connection, name) in _ENDLESS:
                        told.add(name)
                        yield (
                            f"{scratch.subject.file}:{statement.line}: this runs without a {name}, which the "
                            f"project's settings say is {wanted[name]}"
                        )
            try:
                apply_statements(connection, [statement], scratch.subject.file)
            except ApplyError:
                # Told by whoever runs all of them.
                return


def _value(connection: Connection, name: str) -> str:
    row = connection.execute("SELECT pg_catalog.current_setting(%s, true)", [name]).fetchone()
    return str(row[0] or "") if row else ""

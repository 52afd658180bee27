"""Privileges beyond rows: on single columns, and those that no policy has a say in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.attempt import Attempt
from schema_dsl.verify.access.fixture_rows import FixtureTable
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.trial import Caller, Observation, Trial, Whose, expected, only_columns, shown

_MAINTAIN_SINCE: Final = 170000
_BY_COLUMN: Final = ("select", "insert", "update")


def try_privileges(stage: FixtureTable, asking: Sequence[tuple[ClientRole, Caller]]) -> Iterator[Trial]:
    """Look for what no client is ever to hold; to try it would take a client that makes tables."""
    named = {caller.role: caller for _, caller in asking}
    wanted = ["references", "trigger"]
    if stage.connection.info.server_version >= _MAINTAIN_SINCE:
        wanted.append("maintain")
    rows = stage.connection.execute(
        _HELD, {"table": stage.name, "roles": list(named), "privileges": wanted}
    ).fetchall()
    assert stage.table.access is not None  # noqa: S101 - only such tables are tried
    for role, privilege, held in rows:
        refused = Observation(outcome="denied", by="privilege")
        yield Trial(
            table=shown(stage.table),
            role=role,
            caller="",
            operation=privilege,
            whose="",
            expected=expected(stage.table.access, named[role], privilege, ""),
            seen=Observation(outcome="allowed") if held else refused,
        )


_HELD = """
    SELECT role, privilege, CASE privilege
        WHEN 'references' THEN pg_catalog.has_any_column_privilege(role, %(table)s, privilege)
        ELSE pg_catalog.has_table_privilege(role, %(table)s, privilege) END
    FROM unnest(%(roles)s::text[]) AS role, unnest(%(privileges)s::text[]) AS privilege
"""


def try_columns(
    stage: FixtureTable, asking: Sequence[tuple[ClientRole, Caller]], claims: str | None
) -> Iterator[Trial]:
    """Try single columns, where an access is limited to some, or somebody holds a privilege on one.

    The stage must have its rows.
    """
    access = stage.table.access
    assert access is not None  # noqa: S101 - only such tables are tried
    # The last caller of a role is the one that can do most: its owner, where it has one.
    chosen = {client.name: (client, caller) for client, caller in asking}
    held = stage.connection.execute(
        _COLUMNS_HELD, {"table": stage.name, "roles": list(chosen), "privileges": list(_BY_COLUMN)}
    ).fetchall()
    for role, (client, caller) in chosen.items():
        attempt = Attempt(stage=stage, client=client, caller=caller, claims=claims)
        for operation in _BY_COLUMN:
            limited = bool(only_columns(access, role, operation))
            leaked = {column for who, column, what in held if (who, what) == (role, operation)}
            for column in stage.columns:
                if not column.writable or not (limited or column.name in leaked):
                    continue
                whose: Whose = "own" if caller.user == "owner" and stage.sample.people else "any"
                yield Trial(
                    table=shown(stage.table),
                    role=role,
                    caller=caller.label,
                    operation=operation,
                    whose=whose,
                    column=column.name,
                    expected=expected(access, caller, operation, whose, column=column.name),
                    seen=_one(attempt, operation, column.name),
                )


def _one(attempt: Attempt, operation: str, column: str) -> Observation:
    stage, row = attempt.stage, attempt.stage.sample.rows[0]
    name, written = identifier(column), identifier(column)
    match operation:
        case "select":
            return attempt.run(Sql(f"SELECT {written} FROM {stage.name}"))
        case "insert":
            return attempt.run(stage.insert(row, [column]), "empty")
        case _:
            return attempt.run(Sql(f"UPDATE {stage.name} SET {name} = {literal(row.get(column))}"))


# Privileges on the whole table are tried by themselves.
_COLUMNS_HELD = """
    SELECT role, a.attname, privilege
    FROM pg_catalog.pg_attribute AS a, unnest(%(roles)s::text[]) AS role, unnest(%(privileges)s::text[]) AS privilege
    WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attacl IS NOT NULL
        AND pg_catalog.has_column_privilege(role, a.attrelid, a.attnum, privilege)
        AND NOT pg_catalog.has_table_privilege(role, a.attrelid, privilege)
"""

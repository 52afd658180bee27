"""Test column privileges, and the privileges that policies do not restrict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.attempt import Attempt
from schema_dsl.verify.access.fixture_rows import FixtureTable
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.trial import (
    Caller,
    Observation,
    RowOwner,
    Trial,
    display_name,
    find_expected,
    list_column_limits,
)

_MAINTAIN_SINCE: Final = 170000
_COLUMN_OPERATIONS: Final = ("select", "insert", "update")


def try_privileges(fixture: FixtureTable, callers: Sequence[tuple[ClientRole, Caller]]) -> Iterator[Trial]:
    """Yield a trial per role for REFERENCES, TRIGGER and MAINTAIN, which no client role may hold.

    The trials read the privileges from the catalog, because a real attempt needs the right to create objects.
    """
    caller_by_role = {caller.role: caller for _, caller in callers}
    wanted = ["references", "trigger"]
    if fixture.connection.info.server_version >= _MAINTAIN_SINCE:
        wanted.append("maintain")
    rows = fixture.connection.execute(
        _TABLE_PRIVILEGES, {"table": fixture.name, "roles": list(caller_by_role), "privileges": wanted}
    ).fetchall()
    assert fixture.table.access is not None  # noqa: S101 - callers pass tables with an access
    for role, privilege, has_privilege in rows:
        refused = Observation(outcome="denied", by="privilege")
        yield Trial(
            table=display_name(fixture.table),
            role=role,
            caller="",
            operation=privilege,
            whose="",
            expected=find_expected(fixture.table.access, caller_by_role[role], privilege, ""),
            seen=Observation(outcome="allowed") if has_privilege else refused,
        )


_TABLE_PRIVILEGES = """
    SELECT role, privilege, CASE privilege
        WHEN 'references' THEN pg_catalog.has_any_column_privilege(role, %(table)s, privilege)
        ELSE pg_catalog.has_table_privilege(role, %(table)s, privilege) END
    FROM unnest(%(roles)s::text[]) AS role, unnest(%(privileges)s::text[]) AS privilege
"""


def try_columns(
    fixture: FixtureTable, callers: Sequence[tuple[ClientRole, Caller]], claims: str | None
) -> Iterator[Trial]:
    """Yield trials on columns that the access limits a role to, or on which a role holds a column privilege.

    The fixture must be at the savepoint "rows".
    """
    access = fixture.table.access
    assert access is not None  # noqa: S101 - callers pass tables with an access
    # The last caller of a role can do most: if rows have owners, the last caller owns the first row.
    client_by_role = {client.name: (client, caller) for client, caller in callers}
    privileges = fixture.connection.execute(
        _COLUMN_PRIVILEGES,
        {"table": fixture.name, "roles": list(client_by_role), "privileges": list(_COLUMN_OPERATIONS)},
    ).fetchall()
    for role, (client, caller) in client_by_role.items():
        attempt = Attempt(fixture=fixture, client=client, caller=caller, claims=claims)
        for operation in _COLUMN_OPERATIONS:
            limited = bool(list_column_limits(access, role, operation))
            granted_columns = {
                column for holder, column, privilege in privileges if (holder, privilege) == (role, operation)
            }
            for column in fixture.columns:
                if not column.writable or not (limited or column.name in granted_columns):
                    continue
                row_owner: RowOwner = (
                    "own" if caller.user == "owner" and fixture.fixture_rows.identities else "any"
                )
                yield Trial(
                    table=display_name(fixture.table),
                    role=role,
                    caller=caller.label,
                    operation=operation,
                    whose=row_owner,
                    column=column.name,
                    expected=find_expected(access, caller, operation, row_owner, column=column.name),
                    seen=_try_column(attempt, operation, column.name),
                )


def _try_column(attempt: Attempt, operation: str, column: str) -> Observation:
    fixture, row = attempt.fixture, attempt.fixture.fixture_rows.rows[0]
    name, written = identifier(column), identifier(column)
    match operation:
        case "select":
            return attempt.run(Sql(f"SELECT {written} FROM {fixture.name}"))
        case "insert":
            return attempt.run(fixture.insert_statement(row, [column]), "empty")
        case _:
            return attempt.run(Sql(f"UPDATE {fixture.name} SET {name} = {literal(row.get(column))}"))


# TableTrials covers the privileges on the whole table.
_COLUMN_PRIVILEGES = """
    SELECT role, a.attname, privilege
    FROM pg_catalog.pg_attribute AS a, unnest(%(roles)s::text[]) AS role, unnest(%(privileges)s::text[]) AS privilege
    WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attacl IS NOT NULL
        AND pg_catalog.has_column_privilege(role, a.attrelid, a.attnum, privilege)
        AND NOT pg_catalog.has_table_privilege(role, a.attrelid, privilege)
"""

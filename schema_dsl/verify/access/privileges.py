"""Test column privileges, and the privileges that policies do not restrict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.attempt import Attempt
from schema_dsl.verify.access.expectation import Expectation
from schema_dsl.verify.access.fixture_rows import FixtureRow, FixtureTable
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.trial import (
    Caller,
    ObservedAccess,
    RowOwner,
    Trial,
    display_name,
    find_expected,
    list_column_limits,
    list_grants,
)

_MAINTAIN_SINCE: Final = 170000
_COLUMN_OPERATIONS: Final = ("select", "insert", "update")
_WORKSHOP: Final = "schema_dsl_workshop"


def try_privileges(fixture: FixtureTable, callers: Sequence[tuple[ClientRole, Caller]]) -> Iterator[Trial]:
    """Yield a trial per role for REFERENCES, TRIGGER and MAINTAIN, which no client role may hold.

    The role gets a schema of its own, in which it may create the objects that an attempt needs.
    """
    access = fixture.table.access
    assert access is not None  # noqa: S101 - callers pass tables with an access
    attempts = {
        caller.role: Attempt(fixture=fixture, client=client, caller=caller) for client, caller in callers
    }
    fixture.connection.execute("ROLLBACK TO SAVEPOINT empty")
    columns = _list_referenceable(fixture, list(attempts))
    found = fixture.connection.execute(_GRANTEES, [str(fixture.name)]).fetchall()
    grantees = ["PUBLIC", *(identifier(name) for (name,) in found)]
    has_maintain = fixture.connection.info.server_version >= _MAINTAIN_SINCE
    for role, attempt in attempts.items():
        seen = {
            "references": _try_references(attempt, columns.get(role, ())),
            "trigger": _run(
                attempt,
                _TRIGGER_SETUP,
                f"CREATE TRIGGER schema_dsl_trial BEFORE INSERT ON {fixture.name} "
                f"FOR EACH ROW EXECUTE FUNCTION {_WORKSHOP}.trial()",
            ),
        }
        if has_maintain:
            seen["maintain"] = _try_maintain(attempt, grantees)
        for privilege, observed in seen.items():
            yield Trial(
                table=display_name(fixture.table),
                role=role,
                caller="",
                operation=privilege,
                whose="",
                expected=find_expected(access, attempt.caller, privilege, ()),
                seen=observed,
            )


_TRIGGER_SETUP: Final = (
    f"CREATE FUNCTION {_WORKSHOP}.trial() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
    f"GRANT EXECUTE ON FUNCTION {_WORKSHOP}.trial() TO PUBLIC"
)


def _try_references(attempt: Attempt, columns: Sequence[str]) -> ObservedAccess:
    """Try to create a foreign key to each column that may be referenced, and at least to one column."""
    fixture, observed = attempt.fixture, ObservedAccess(outcome="denied", by="privilege")
    for column in columns:
        # A foreign key needs a unique index, and Postgres looks for it before it checks the privilege.
        setup = f"CREATE UNIQUE INDEX schema_dsl_trial ON {fixture.name} ({identifier(column)})"
        create = (
            f"CREATE TABLE {_WORKSHOP}.trial AS SELECT {identifier(column)} FROM {fixture.name} WITH NO DATA"
        )
        owner = f"ALTER TABLE {_WORKSHOP}.trial OWNER TO {identifier(attempt.client.name)}"
        reference = (
            f"ALTER TABLE {_WORKSHOP}.trial ADD FOREIGN KEY ({identifier(column)}) "
            f"REFERENCES {fixture.name} ({identifier(column)})"
        )
        observed = _run(attempt, f"{setup}; {create}; {owner}", reference)
        if observed.outcome == "allowed":
            return observed
    return observed


def _try_maintain(attempt: Attempt, grantees: Sequence[str]) -> ObservedAccess:
    """Try the lock that REINDEX takes, which UPDATE, DELETE and TRUNCATE also permit: they are revoked first."""
    name = attempt.fixture.name
    revoke = f"REVOKE UPDATE, DELETE, TRUNCATE ON TABLE {name} FROM {', '.join(grantees)}"
    return _run(attempt, revoke, f"LOCK TABLE ONLY {name} IN ACCESS EXCLUSIVE MODE")


_GRANTEES: Final = """
    SELECT DISTINCT r.rolname
    FROM pg_catalog.pg_class AS c
    CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) AS a
    JOIN pg_catalog.pg_roles AS r ON r.oid = a.grantee AND r.oid <> c.relowner
    WHERE c.oid = pg_catalog.to_regclass(%s)
"""


def _run(attempt: Attempt, setup: str, statement: str) -> ObservedAccess:
    role = identifier(attempt.client.name)
    workshop = f"CREATE SCHEMA {_WORKSHOP}; GRANT USAGE, CREATE ON SCHEMA {_WORKSHOP} TO {role}"
    return attempt.run(Sql(statement), "empty", prepare=f"{workshop}; {setup}", counted=False)


def _list_referenceable(fixture: FixtureTable, roles: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return for each role the columns to try: those with the privilege, else the first column."""
    rows = fixture.connection.execute(
        _REFERENCEABLE, {"table": str(fixture.name), "roles": list(roles)}
    ).fetchall()
    found: dict[str, list[str]] = {}
    for role, column in rows:
        found.setdefault(role, []).append(column)
    names = [column.name for column in fixture.columns][:1]
    return {role: found.get(role, names) for role in roles}


# Types without an operator class for B-tree cannot have a unique index.
_REFERENCEABLE: Final = """
    SELECT role, a.attname
    FROM pg_catalog.pg_attribute AS a, unnest(%(roles)s::text[]) AS role
    WHERE a.attrelid = pg_catalog.to_regclass(%(table)s) AND a.attnum > 0 AND NOT a.attisdropped
        AND pg_catalog.has_column_privilege(role, a.attrelid, a.attnum, 'references')
    ORDER BY role, a.attnum
"""


def try_columns(
    fixture: FixtureTable, callers: Sequence[tuple[ClientRole, Caller]], expectation: Expectation
) -> Iterator[Trial]:
    """Yield trials on columns that the access limits a role to, or on which a role holds a column privilege."""
    access = fixture.table.access
    assert access is not None  # noqa: S101 - callers pass tables with an access
    fixture.connection.execute("ROLLBACK TO SAVEPOINT empty")
    privileges = fixture.connection.execute(
        _COLUMN_PRIVILEGES,
        {
            "table": fixture.name,
            "roles": list({client.name for client, _ in callers}),
            "privileges": list(_COLUMN_OPERATIONS),
        },
    ).fetchall()
    row = fixture.fixture.rows[0]
    fixture.insert_rows([row])
    for client, caller in _choose_callers(callers):
        attempt = Attempt(fixture=fixture, client=client, caller=caller)
        satisfied = expectation.of_new(caller, [row], "rows")[0]
        for operation in _COLUMN_OPERATIONS:
            limited = bool(list_column_limits(access, client.name, operation))
            granted = {name for role, name, held in privileges if (role, held) == (client.name, operation)}
            for column in fixture.columns:
                if not column.writable or not (limited or column.name in granted):
                    continue
                yield Trial(
                    table=display_name(fixture.table),
                    role=client.name,
                    caller=caller.label,
                    operation=operation,
                    whose=_whose(caller, row),
                    column=column.name,
                    granted_by=list_grants(access, caller, operation, satisfied, column=column.name),
                    expected=find_expected(access, caller, operation, satisfied, column=column.name),
                    seen=_try_column(attempt, operation, column.name, row),
                )


def _choose_callers(callers: Sequence[tuple[ClientRole, Caller]]) -> list[tuple[ClientRole, Caller]]:
    """Return the caller of each role that can do most: the owner of the first row, if the role has owners."""
    chosen: dict[str, tuple[ClientRole, Caller]] = {}
    for client, caller in callers:
        known = chosen.get(client.name)
        if known is None or caller.is_principal:
            chosen[client.name] = (client, caller)
    return list(chosen.values())


def _whose(caller: Caller, row: FixtureRow) -> RowOwner:
    return "own" if caller.id is not None and caller.id == row.owner else "any"


def _try_column(attempt: Attempt, operation: str, column: str, row: FixtureRow) -> ObservedAccess:
    fixture, name = attempt.fixture, identifier(column)
    match operation:
        case "select":
            return attempt.run(Sql(f"SELECT {name} FROM {fixture.name}"))
        case "insert":
            return attempt.run(fixture.insert_statement(row, [column]), "empty")
        case _:
            written = literal(row.values.get(column))
            return attempt.run(Sql(f"UPDATE {fixture.name} SET {name} = {written}"))


# TableTrials covers the privileges on the whole table.
_COLUMN_PRIVILEGES: Final = """
    SELECT role, a.attname, privilege
    FROM pg_catalog.pg_attribute AS a, unnest(%(roles)s::text[]) AS role, unnest(%(privileges)s::text[]) AS privilege
    WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attacl IS NOT NULL
        AND pg_catalog.has_column_privilege(role, a.attrelid, a.attnum, privilege)
        AND NOT pg_catalog.has_table_privilege(role, a.attrelid, privilege)
"""

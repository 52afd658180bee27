"""Test column privileges, and the privileges that policies do not restrict."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from schema_dsl.sql import Sql, identifier, identifiers, literal
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureRow, FixtureTable
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
    list_permissions,
)
from schema_dsl.verify.access.trials.attempt import Attempt
from schema_dsl.verify.access.trials.expectation import Expectation, Satisfied
from schema_dsl.verify.access.trials.table_trials import ClientCaller

_MAINTAIN_SINCE: Final = 170000
_COLUMN_OPERATIONS: Final = ("select", "insert", "update")
_WORKSHOP: Final = "schema_dsl_workshop"


def try_privileges(fixture: FixtureTable, callers: Sequence[ClientCaller]) -> Iterator[Trial]:
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
    found = fixture.connection.execute(_PARTITION_KEY, [str(fixture.name)]).fetchall()
    key = [name for (name,) in found]
    has_maintain = fixture.connection.info.server_version >= _MAINTAIN_SINCE
    for role, attempt in attempts.items():
        seen = {
            "references": _try_references(attempt, columns.get(role, ()), key),
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
                row_owner="",
                expected=find_expected(access, attempt.caller, privilege, ()),
                seen=observed,
            )


_TRIGGER_SETUP: Final = (
    f"CREATE FUNCTION {_WORKSHOP}.trial() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
    f"GRANT EXECUTE ON FUNCTION {_WORKSHOP}.trial() TO PUBLIC"
)


def _try_references(attempt: Attempt, columns: Sequence[str], key: Sequence[str | None]) -> ObservedAccess:
    """Try to create a foreign key to each column that may be referenced, and at least to one column."""
    fixture, observed = attempt.fixture, ObservedAccess(outcome="denied", by="privilege")
    if None in key:
        return ObservedAccess(
            outcome="error", message="no unique index fits a partition key with an expression"
        )
    for column in columns:
        # A foreign key needs a unique index, and Postgres looks for it before it checks the privilege.
        listed = identifiers(dict.fromkeys([column, *filter(None, key)]))
        setup = f"CREATE UNIQUE INDEX schema_dsl_trial ON {fixture.name} ({listed})"
        create = f"CREATE TABLE {_WORKSHOP}.trial AS SELECT {listed} FROM {fixture.name} WITH NO DATA"
        owner = f"ALTER TABLE {_WORKSHOP}.trial OWNER TO {identifier(attempt.client.name)}"
        reference = (
            f"ALTER TABLE {_WORKSHOP}.trial ADD FOREIGN KEY ({listed}) REFERENCES {fixture.name} ({listed})"
        )
        observed = _run(attempt, f"{setup}; {create}; {owner}", reference)
        if observed.outcome == "allowed":
            return observed
    return observed


# A unique index on a partitioned table contains the partition keys of the table and of its partitions.
_PARTITION_KEY: Final = """
    SELECT DISTINCT a.attname
    FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(%s)) AS tree
    JOIN pg_catalog.pg_partitioned_table AS t ON t.partrelid = tree.relid
    CROSS JOIN LATERAL pg_catalog.unnest(t.partattrs::smallint[]) AS key (number)
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.partrelid AND a.attnum = key.number AND key.number > 0
"""


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
    fixture: FixtureTable, callers: Sequence[ClientCaller], expectation: Expectation
) -> Iterator[Trial]:
    """Yield trials on columns that the access limits a role to, or on which a role holds a column privilege."""
    columns = ColumnTrials(fixture, expectation)
    by_row: dict[int, list[_ColumnTrial]] = {}
    for trial in columns.choose(callers):
        by_row.setdefault(trial.row, []).append(trial)
    for row, trials in by_row.items():
        fixture.insert_rows([fixture.fixture.rows[row]])
        # An INSERT ends the savepoint with the row.
        for trial in sorted(trials, key=lambda each: each.operation == "insert"):
            yield columns.run(trial)


@attrs.frozen(eq=False)
class _ColumnTrial:
    """A trial of one column.

    Attributes:
        client: The client role.
        caller: The caller.
        operation: The operation.
        column: The column.
        row: The number of the row.
        satisfied: The rules that the row satisfies for the caller.
    """

    client: ClientRole
    caller: Caller
    operation: str
    column: str
    row: int
    satisfied: Satisfied


@attrs.define(eq=False)
class ColumnTrials:
    """The trials of the columns of one table, each by a caller and on a row that the access allows, if there are any.

    Attributes:
        fixture: The table with its fixture rows.
        expectation: Evaluates the conditions of the access.
    """

    fixture: FixtureTable
    expectation: Expectation
    _satisfied: dict[int, Sequence[Satisfied]] = attrs.field(init=False, factory=dict)

    def choose(self, callers: Sequence[ClientCaller]) -> Iterator[_ColumnTrial]:
        """Yield the trials, which are all chosen before the first one runs."""
        fixture, access = self.fixture, self.expectation.access
        fixture.connection.execute("ROLLBACK TO SAVEPOINT empty")
        by_role: dict[str, list[ClientCaller]] = {}
        # Among the callers, the owner of a row is the last principal.
        principals = [found for found in callers[::-1] if found[1].is_principal]
        for client, caller in (*principals, *(found for found in callers if not found[1].is_principal)):
            by_role.setdefault(client.name, []).append((client, caller))
        parameters = {"table": fixture.name, "roles": list(by_role), "privileges": list(_COLUMN_OPERATIONS)}
        privileges = set(fixture.connection.execute(_COLUMN_PRIVILEGES, parameters).fetchall())
        for (role, of_role), operation in itertools.product(by_role.items(), _COLUMN_OPERATIONS):
            is_limited = bool(list_column_limits(access, role, operation))
            for column in fixture.columns:
                is_possible = {"insert": column.writable, "update": column.updatable}.get(operation, True)
                if is_possible and (is_limited or (role, column.name, operation) in privileges):
                    yield self._choose_allowed(of_role, operation, column.name)

    def _choose_allowed(self, callers: Sequence[ClientCaller], operation: str, column: str) -> _ColumnTrial:
        access = self.expectation.access
        named = [
            each for each in list_permissions(access, callers[0][1].role, operation) if column in each.columns
        ]
        for client, caller in callers if named else callers[:1]:
            for row, satisfied in enumerate(self._find_satisfied(caller)):
                expected = find_expected(access, caller, operation, satisfied, column=column)
                if expected == "allowed" or not named:
                    return _ColumnTrial(client, caller, operation, column, row, satisfied)
        client, caller = callers[0]
        return _ColumnTrial(client, caller, operation, column, 0, self._find_satisfied(caller)[0])

    def _find_satisfied(self, caller: Caller) -> Sequence[Satisfied]:
        if id(caller) not in self._satisfied:
            rows = self.fixture.fixture.rows
            self._satisfied[id(caller)] = self.expectation.of_new(caller, rows, "empty")
        return self._satisfied[id(caller)]

    def run(self, trial: _ColumnTrial) -> Trial:
        """Run a trial on the row of the savepoint "rows"."""
        access, caller, operation = self.expectation.access, trial.caller, trial.operation
        row = self.fixture.fixture.rows[trial.row]
        attempt = Attempt(fixture=self.fixture, client=trial.client, caller=caller)
        return Trial(
            table=display_name(self.fixture.table),
            role=trial.client.name,
            caller=caller.label,
            operation=operation,
            row_owner=_find_row_owner(caller, row),
            column=trial.column,
            granted_by=list_grants(access, caller, operation, trial.satisfied, column=trial.column),
            expected=find_expected(access, caller, operation, trial.satisfied, column=trial.column),
            seen=_try_column(attempt, operation, trial.column, row),
        )


def _find_row_owner(caller: Caller, row: FixtureRow) -> RowOwner:
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

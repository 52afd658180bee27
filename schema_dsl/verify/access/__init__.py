"""Test the declared access of tables against a database."""

from __future__ import annotations

import contextlib

from schema_dsl.errors import PostgresError
from schema_dsl.model.access import MemberRows, Permission
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Database
from schema_dsl.verify.access.fixtures.fixture_builder import FixtureBuilder
from schema_dsl.verify.access.fixtures.fixture_rows import (
    Fixture,
    FixtureTable,
    has_row_triggers,
    read_columns,
)
from schema_dsl.verify.access.reads.database_code import DatabaseCode, read_code
from schema_dsl.verify.access.report import build_matrix, count_trials, describe_failures
from schema_dsl.verify.access.roles import list_client_roles
from schema_dsl.verify.access.sampling import LIMITS, TrialLimits
from schema_dsl.verify.access.state.access_reader import AccessReader
from schema_dsl.verify.access.state.access_state import AccessState
from schema_dsl.verify.access.table_result import TableResult
from schema_dsl.verify.access.trial import FORBIDDEN_OPERATIONS, Trial
from schema_dsl.verify.access.trials.callers import CallerKinds
from schema_dsl.verify.access.trials.condition_sides import UnseenSides, list_sides
from schema_dsl.verify.access.trials.expectation import Expectation, list_forced_tables
from schema_dsl.verify.access.trials.privileges import try_columns, try_privileges
from schema_dsl.verify.access.trials.table_trials import TableTrials
from schema_dsl.verify.access.trials.view_trials import try_view
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.proof import Sample

__all__ = [
    "LIMITS",
    "TableResult",
    "Trial",
    "TrialLimits",
    "assert_access",
    "build_matrix",
    "count_trials",
    "describe_failures",
    "read_access",
    "read_access_before",
    "read_database_code",
    "try_access",
    "try_view",
]


def read_access(database: Database, like: AccessReader | None = None) -> tuple[AccessReader, AccessState]:
    """Read the code that decides on access in a database.

    Args:
        database: The database.
        like: A reader that has read a copy of the same database.

    Returns:
        The reader, for the next copy, and the state.
    """
    with contextlib.closing(database.connect()) as connection:
        reader = AccessReader(connection, like)
        return reader, reader.read()


def read_access_before(scratch: Scratch) -> AccessReader:
    """Return what has read the code that decides on access before the migration; all proofs share it."""
    root = scratch.original

    def read() -> AccessReader:
        with root.unchanged("before") as database:
            return read_access(database)[0]

    return root.compute_once("access before", read)


def read_database_code(database: Database) -> DatabaseCode:
    """Read the policies, views and routines of a database, for the trials of all its tables."""
    with contextlib.closing(database.connect()) as connection:
        return read_code(connection)


def try_access(
    database: Database,
    table: Table,
    platform: Platform,
    wanted: Catalog,
    *,
    code: DatabaseCode | None = None,
    limits: TrialLimits = LIMITS,
) -> TableResult:
    """Try every operation of every client role on a table with rows of every kind, then roll back.

    Args:
        database: The database of the table. The role that connects by default must be a superuser.
        table: The declared table. The trials compare its access with the results.
        platform: The platform, which names the login role and says how policies know the caller.
        wanted: The declared schema, which names the roles and helps to build rows.
        code: The policies, views and routines of the database, if they are known.
        limits: The largest numbers of trials.

    Raises:
        PostgresError: If the table declares no access, a role is missing, or no row can be built.
    """
    if table.access is None:
        raise PostgresError(
            f"table {table.name} declares no access, so there is nothing to test",
            instead="Declare access=Access(...) for the table.",
        )
    with contextlib.closing(database.connect()) as connection, connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL lock_timeout = '5s'")
        known = code if code is not None else read_code(connection)
        client_roles = list_client_roles(connection, table, platform, wanted)
        fixture = FixtureBuilder(connection, table, platform, wanted, known, limits).build()
        kinds = CallerKinds(platform, fixture, table.access, limits)
        sample, callers = fixture.sample, []
        for client in client_roles:
            found, of_callers = kinds.list_callers(client)
            callers += [(client, caller) for caller in found]
            sample = sample if of_callers.is_complete else sample + of_callers
        columns, triggers = read_columns(connection, table), has_row_triggers(connection, table)
        filled = FixtureTable(connection, table, columns, fixture, triggers)
        expectation = Expectation(filled, table.access, list_forced_tables(filled))
        relation = known.relations.get((table.schema, table.name))
        schemas = frozenset(each.schema for found in known.routines.values() for each in found)
        sides = list_sides(relation.policies if relation is not None else (), known)
        unseen = UnseenSides(filled, sides, schemas)
        table_trials = TableTrials(filled, table.access, expectation, limits, unseen)
        trials = list(table_trials.run(callers, ("as it is", "policies alone", "without bypass")))
        if platform.owns(table.identity):
            trials = [trial.of_policies() for trial in trials if trial.operation not in FORBIDDEN_OPERATIONS]
        else:
            trials += try_columns(filled, callers, expectation)
            trials += try_privileges(filled, callers)
    if table_trials.left_out:
        sample += Sample(0, table_trials.left_out, sample.seed)
    return TableResult(
        trials,
        sample,
        (*_list_untried(table, fixture, platform), *unseen.describe()),
    )


def _list_untried(table: Table, fixture: Fixture, platform: Platform) -> tuple[str, ...]:
    untried = [
        f"{table.name}: what {name} reads is unknown, because {why}, so the rows and callers that it distinguishes "
        "may be missing"
        for name, why in fixture.reads.unreadable.items()
    ]
    access = table.access
    if platform.caller is None and access is not None and any(map(_needs_identity, access.permissions)):
        untried.append(
            f"{table.name}: nothing says how policies know the caller, so access to the caller's own rows was not "
            'tried (set `claims` in the settings, for instance "app.user_id" or "role")'
        )
    return (*untried, *fixture.untried)


def _needs_identity(permission: Permission) -> bool:
    """Return whether a permission depends on the identity of the caller."""
    return bool(permission.when) or any(
        rule == "own" or isinstance(rule, MemberRows) for rule in permission.rows
    )


def assert_access(database: Database, table: Table, platform: Platform, wanted: Catalog) -> None:
    """Raise AssertionError if the database does not enforce the declared access of a table.

    Raises:
        AssertionError: If a trial fails; the message has one sentence per difference.
        PostgresError: If the trials cannot run.
    """
    failures = describe_failures(try_access(database, table, platform, wanted).trials)
    if failures:
        raise AssertionError("\n".join(failures))

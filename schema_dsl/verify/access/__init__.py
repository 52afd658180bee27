"""Test the declared access of a table against a database."""

from __future__ import annotations

import contextlib

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Database
from schema_dsl.verify.access.fixture_builder import build_fixture_rows
from schema_dsl.verify.access.fixture_rows import FixtureTable, read_columns
from schema_dsl.verify.access.privileges import try_columns, try_privileges
from schema_dsl.verify.access.report import build_matrix, describe_failures
from schema_dsl.verify.access.roles import list_callers, list_client_roles
from schema_dsl.verify.access.table_trials import TableTrials
from schema_dsl.verify.access.trial import Trial

__all__ = ["Trial", "assert_access", "build_matrix", "describe_failures", "try_access"]


def try_access(
    database: Database, table: Table, platform: Platform, wanted: Catalog, *, setting: str = ""
) -> list[Trial]:
    """Try every operation of every client role on a table with fixture rows, then roll back.

    Args:
        database: The database of the table. The role that connects by default must be a superuser.
        table: The declared table. The trials compare its access with the results.
        platform: The platform, which names the login role and the setting that holds request claims.
        wanted: The declared schema, which names the roles and helps to build fixture rows.
        setting: The default privileges under which the database was created, for the report.

    Returns:
        The trials, one per caller, operation, row owner and layer.

    Raises:
        PostgresError: If the table declares no access, a role is missing, or no fixture row can be built.
    """
    if table.access is None:
        raise PostgresError(
            f"table {table.name} declares no access, so there is nothing to test",
            instead="Declare access=Access(...) for the table.",
        )
    with contextlib.closing(database.connect()) as connection, connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL lock_timeout = '5s'")
        client_roles = list_client_roles(connection, table, platform, wanted)
        fixture_rows = build_fixture_rows(connection, table, platform, wanted)
        callers = [
            (client, caller)
            for client in client_roles
            for caller in list_callers(client, platform, fixture_rows.identities)
        ]
        fixture = FixtureTable(connection, table, read_columns(connection, table), fixture_rows)
        table_trials = TableTrials(fixture=fixture, access=table.access, claims=platform.claims)
        trials = list(table_trials.run(callers, ("as it is", "policies alone", "without bypass")))
        fixture.insert_rows(*range(len(fixture_rows.rows)))
        trials += try_columns(fixture, callers, platform.claims)
        connection.execute("ROLLBACK TO SAVEPOINT empty")
        trials += try_privileges(fixture, callers)
    return [attrs.evolve(trial, setting=setting) for trial in trials]


def assert_access(database: Database, table: Table, platform: Platform, wanted: Catalog) -> None:
    """Raise AssertionError if the database does not enforce the declared access of a table.

    Raises:
        AssertionError: If a trial fails; the message has one sentence per difference.
        PostgresError: If the trials cannot run.
    """
    failures = describe_failures(try_access(database, table, platform, wanted))
    if failures:
        raise AssertionError("\n".join(failures))

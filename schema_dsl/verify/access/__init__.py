"""Who may do what, tried: the access that is declared, against what the database lets its clients do."""

from __future__ import annotations

import contextlib

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Database
from schema_dsl.verify.access.fixture_rows import FixtureTable, columns_of
from schema_dsl.verify.access.privileges import try_columns, try_privileges
from schema_dsl.verify.access.report import broken, matrix
from schema_dsl.verify.access.roles import callers, clients
from schema_dsl.verify.access.sample import make_sample
from schema_dsl.verify.access.suite import Suite
from schema_dsl.verify.access.trial import Trial

__all__ = ["Trial", "assert_access", "broken", "matrix", "try_access"]


def try_access(
    database: Database, table: Table, platform: Platform, wanted: Catalog, *, setting: str = ""
) -> list[Trial]:
    """Try all that its clients might do with a table, on rows made for it; nothing of it stays.

    Args:
        database: Where the table is. The role that connects by default must be a superuser.
        table: The declaration; its access is what is held against what happens.
        platform: Says who logs in, and where claims are.
        wanted: The schema: how to fill rows, and which roles stand for people.
        setting: The default privileges that the database was made under, for the report.

    Raises:
        PostgresError: If the table has no access, or its roles or rows cannot be had.
    """
    if table.access is None:
        raise PostgresError(
            f"nothing says who may do what with {table.name}", instead="Declare access=Access(...)."
        )
    with contextlib.closing(database.connect()) as connection, connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL lock_timeout = '5s'")
        found = clients(connection, table, platform, wanted)
        sample = make_sample(connection, table, platform, wanted)
        asking = [(client, caller) for client in found for caller in callers(client, platform, sample.people)]
        stage = FixtureTable(connection, table, columns_of(connection, table), sample)
        suite = Suite(stage=stage, access=table.access, claims=platform.claims)
        trials = list(suite.run(asking, ("as it is", "policies alone", "without bypass")))
        stage.place(*range(len(sample.rows)))
        trials += try_columns(stage, asking, platform.claims)
        connection.execute("ROLLBACK TO SAVEPOINT empty")
        trials += try_privileges(stage, asking)
    return [attrs.evolve(trial, setting=setting) for trial in trials]


def assert_access(database: Database, table: Table, platform: Platform, wanted: Catalog) -> None:
    """Try a table's access, and fail where it is not what is declared.

    Raises:
        AssertionError: With a sentence for each thing that somebody can, or cannot, do.
        PostgresError: If it cannot be tried.
    """
    failures = broken(try_access(database, table, platform, wanted))
    if failures:
        raise AssertionError("\n".join(failures))

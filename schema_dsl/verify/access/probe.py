"""Probe the access of client roles in any state of a migration, on the tables that exist in that state."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Final, TypeAlias

import attrs
import psycopg

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.sql import qualified
from schema_dsl.verify.access.fixture_builder import build_fixture_rows
from schema_dsl.verify.access.fixture_rows import FixtureRows, FixtureTable, read_columns
from schema_dsl.verify.access.roles import ClientRole, list_callers, list_client_roles
from schema_dsl.verify.access.table_trials import TableTrials
from schema_dsl.verify.access.trial import Caller, Trial, display_name

AccessQuestion: TypeAlias = tuple[str, ...]
"""The table, role, caller, operation and row owner of a trial."""


@attrs.frozen
class ReachableAccess:
    """The access that client roles have in one state.

    Attributes:
        allowed: The successful trials.
        untested: The tables that the probe could not test, with the error message.
    """

    allowed: Mapping[AccessQuestion, Trial]
    untested: Mapping[str, str] = attrs.Factory(dict)


@attrs.frozen
class ProbedTable:
    """A table to probe.

    Attributes:
        table: The declared table.
        fixture_candidates: Fixture rows for different states of the table, the first to try first.
        clients: The client roles.
    """

    table: Table
    fixture_candidates: Sequence[FixtureRows]
    clients: Sequence[ClientRole]


@attrs.frozen
class AccessProbe:
    """Probes the access of client roles on every table that exists, and rolls back every change."""

    platform: Platform
    tables: Sequence[ProbedTable]

    def find_reachable(self, connection: Connection) -> ReachableAccess:
        """Probe all tables once and return the access that client roles have."""
        untested: dict[str, str] = {}
        allowed = {access_question(trial): trial for trial in self.find_allowed(connection, untested)}
        return ReachableAccess(allowed, untested)

    def find_allowed(
        self, connection: Connection, untested: dict[str, str] | None = None, *, quick: bool = False
    ) -> Iterator[Trial]:
        """Probe all tables once and yield the successful trials.

        Args:
            connection: A superuser connection without an open transaction.
            untested: Receives the tables that the probe could not test, for instance because no fixture row fits.
            quick: Wait for locks for 100 ms only, and skip roles with BYPASSRLS and the owner of the first row.
        """
        lock_timeout = "100ms" if quick else "5s"
        for probed in self.tables:
            error_message = ""
            for fixture_rows in probed.fixture_candidates:
                try:
                    with connection.transaction(force_rollback=True):
                        connection.execute(f"SET LOCAL lock_timeout = '{lock_timeout}'".encode())
                        for trial in _try_table(connection, self.platform, probed, fixture_rows, quick=quick):
                            if trial.seen.outcome == "allowed":
                                yield trial
                except psycopg.Error as error:
                    error_message = error.diag.message_primary or type(error).__name__
                else:
                    error_message = ""
                    break
            if error_message and untested is not None:
                untested[display_name(probed.table)] = error_message


def _try_table(
    connection: Connection, platform: Platform, probed: ProbedTable, fixture_rows: FixtureRows, *, quick: bool
) -> Iterator[Trial]:
    columns = read_columns(connection, probed.table)
    if not columns or probed.table.access is None:
        return
    fixture = FixtureTable(connection, probed.table, columns, fixture_rows)
    callers = [
        (client, caller)
        for client in probed.clients
        for caller in list_callers(client, platform, fixture_rows.identities)
        if _is_selected(client, caller, fixture_rows, quick=quick)
    ]
    trials = TableTrials(fixture=fixture, access=probed.table.access, claims=platform.claims)
    yield from trials.run(callers, ["as it is"])


def _is_selected(client: ClientRole, caller: Caller, fixture_rows: FixtureRows, *, quick: bool) -> bool:
    """Return whether to probe as a caller: the owner of a row, a user without rows, or a role without claims."""
    if client.bypasses_row_security and quick:
        return False
    if client.is_user and fixture_rows.identities:
        return caller.user == "another" or (caller.user == "owner" and not quick)
    return caller.claims is None


def access_question(trial: Trial) -> AccessQuestion:
    """Return the question that a trial answers."""
    return (trial.table, trial.role, trial.caller, trial.operation, trial.whose)


def build_probe(
    states: Collection[Connection], tables: Sequence[Table], platform: Platform, wanted: Catalog
) -> AccessProbe:
    """Build fixture rows for the tables in some states, to probe in these states and in the states between them.

    Args:
        states: Connections to databases in these states, the last state last.
        tables: The declared tables.
        platform: The platform.
        wanted: The declared schema.

    Raises:
        PostgresError: If a role is missing, or no fixture row can be built.
    """
    probed_tables = []
    for table in tables:
        candidates = []
        clients: list[ClientRole] = []
        for connection in states:
            with connection.transaction(force_rollback=True):
                name = qualified(table.schema, table.name)
                row = connection.execute("SELECT pg_catalog.to_regclass(%s) IS NULL", [name]).fetchone()
                if row == (True,):
                    continue
                candidates.append(build_fixture_rows(connection, table, platform, wanted))
                clients = list_client_roles(connection, table, platform, wanted)
        # Fixture rows of the last state fit most states.
        probed_tables.append(ProbedTable(table, candidates[::-1], clients))
    return AccessProbe(platform, probed_tables)


DIGEST: Final = (files(__package__) / "access_digest.sql").read_text("utf-8")
"""A query, without a semicolon, for a digest of every catalog entry that decides on access."""


def read_digest(connection: Connection) -> str:
    """Return the digest of every catalog entry that decides on access."""
    row = connection.execute(DIGEST.encode()).fetchone()
    return str(row[0]) if row else ""

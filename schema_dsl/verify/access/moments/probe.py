"""Probe the access of client roles in any state of a migration, on the tables that exist in that state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Final, TypeAlias

import attrs
import psycopg

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.errors import PostgresError
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection, rolled_back
from schema_dsl.sql import qualified
from schema_dsl.verify.access.fixtures.fixture_builder import FixtureBuilder
from schema_dsl.verify.access.fixtures.fixture_rows import Fixture, FixtureTable, read_columns
from schema_dsl.verify.access.reads.database_code import DatabaseCode, code_of_policies, merge_code, read_code
from schema_dsl.verify.access.roles import ClientRole, list_client_roles
from schema_dsl.verify.access.sampling import TrialLimits
from schema_dsl.verify.access.state.access_state import AccessState
from schema_dsl.verify.access.statement_runner import create_runner
from schema_dsl.verify.access.trial import OWNER_LABEL, Caller, Trial, display_name
from schema_dsl.verify.access.trials.callers import CallerKinds
from schema_dsl.verify.access.trials.table_trials import TableTrials
from schema_dsl.verify.rows import MissingError, RowError

_LIMITS: Final = TrialLimits(rows=24, related=6, values=6)
"""Fewer kinds of rows than in the proof `access`, because each state of a migration is probed with all of them."""

AccessQuestion: TypeAlias = tuple[object, ...]
"""The table, role, caller, operation, row owner and kind of row of a trial."""


@attrs.frozen
class ReachableAccess:
    """The access that client roles have in one state.

    Attributes:
        allowed: The successful trials.
        untested: The tables that the probe could not test, with the error message.
        refused: The questions that privileges or policies answered in the negative, and no constraint.
    """

    allowed: Mapping[AccessQuestion, Trial]
    untested: Mapping[str, str] = attrs.Factory(dict)
    refused: Collection[AccessQuestion] = frozenset()


@attrs.frozen(eq=False)
class ProbedTable:
    """A table to probe.

    Attributes:
        table: The declared table.
        fixtures: Fixtures for different states of the table, the first to try first.
        callers: The callers of each fixture, with their roles.
    """

    table: Table
    fixtures: Sequence[Fixture]
    callers: Sequence[Sequence[tuple[ClientRole, Caller]]]

    @property
    def name(self) -> QualifiedKey:
        """The schema and name of the table."""
        return self.table.schema, self.table.name

    def closure(self, state: AccessState) -> frozenset[QualifiedKey]:
        """Return the relations that decide on the access to the table."""
        if any(fixture.reads.unreadable for fixture in self.fixtures):
            return frozenset({self.name, *state.relations})
        related = [name for fixture in self.fixtures for name in fixture.reads.related]
        return state.closure([self.name, *related])


@attrs.frozen
class AccessProbe:
    """Probes the access of client roles on tables that exist, and rolls back every change."""

    tables: Mapping[QualifiedKey, ProbedTable]

    def find_reachable(self, connection: Connection, name: QualifiedKey) -> ReachableAccess:
        """Probe a table once and return the access that client roles have.

        Args:
            connection: A superuser connection, with or without an open transaction.
            name: The table.
        """
        untested: dict[str, str] = {}
        allowed: dict[AccessQuestion, Trial] = {}
        refused: set[AccessQuestion] = set()
        for trial in self._try_tables(connection, [name], untested):
            if trial.seen.outcome == "allowed":
                allowed[access_question(trial)] = trial
            elif trial.seen.outcome != "error":
                refused.add(access_question(trial))
        return ReachableAccess(allowed, untested, frozenset(refused - allowed.keys()))

    def find_allowed(
        self,
        connection: Connection,
        names: Iterable[QualifiedKey],
        *,
        quick: bool,
    ) -> Iterator[Trial]:
        """Probe some tables once and yield the successful trials.

        Args:
            connection: A superuser connection, with or without an open transaction.
            names: The tables.
            quick: Wait for locks for 100 ms only, and skip roles with BYPASSRLS and the owner of the first row.
        """
        for trial in self._try_tables(connection, names, {}, quick=quick):
            if trial.seen.outcome == "allowed":
                yield trial

    def _try_tables(
        self,
        connection: Connection,
        names: Iterable[QualifiedKey],
        untested: dict[str, str],
        *,
        quick: bool = False,
    ) -> Iterator[Trial]:
        """Probe some tables once and yield the trials; `untested` receives the tables for which no row fits."""
        lock_timeout = "100ms" if quick else "5s"
        for probed in map(self.tables.__getitem__, names):
            problem = ""
            pending = [(0, *each) for each in zip(probed.fixtures, probed.callers, strict=True)]
            while pending:
                accepted, fixture, callers = pending.pop(0)
                try:
                    with rolled_back(connection):
                        connection.execute(f"SET LOCAL lock_timeout = '{lock_timeout}'".encode())
                        filled, missing = _set_up(connection, probed.table, fixture)
                        if missing > accepted and pending:
                            # A row of this kind without the rows on which the kind depends is of another kind.
                            pending.append((missing, fixture, callers))
                            pending.sort(key=itemgetter(0))
                            continue
                        chosen = [found for found in callers if _is_selected(*found, quick=quick)]
                        yield from _try_table(filled, chosen)
                except PostgresError as error:
                    problem = error.what
                except psycopg.Error as error:
                    problem = error.diag.message_primary or type(error).__name__
                else:
                    problem = ""
                    break
            if problem:
                untested[display_name(probed.table)] = problem


def _set_up(connection: Connection, table: Table, fixture: Fixture) -> tuple[FixtureTable, int]:
    """Insert the rows of other tables; return the table, and the number of these rows that do not fit the state."""
    columns = read_columns(connection, table)
    create_runner(connection)
    filled = FixtureTable(connection, table, columns, fixture)
    return filled, filled.set_up() if columns else 0


def _try_table(filled: FixtureTable, callers: Sequence[tuple[ClientRole, Caller]]) -> Iterator[Trial]:
    if filled.columns and filled.table.access is not None:
        yield from TableTrials(filled, filled.table.access, limits=_LIMITS).run(callers, ["as it is"])


def _is_selected(client: ClientRole, caller: Caller, *, quick: bool) -> bool:
    """Return whether to probe as a caller: the owner of a row, a user without rows, or a role without claims."""
    if client.bypasses_row_security and quick:
        return False
    if caller.is_principal:
        return not quick or caller.label != OWNER_LABEL
    return not caller.parameters and not caller.member_role


def access_question(trial: Trial) -> AccessQuestion:
    """Return the question that a trial answers."""
    kind = tuple(sorted(trial.kind.items()))
    return (trial.table, trial.role, trial.caller, trial.operation, trial.row_owner, kind)


def build_probe(
    states: Collection[Connection],
    tables: Sequence[Table],
    platform: Platform,
    wanted: Catalog,
    *,
    conditions: Mapping[QualifiedKey, Collection[str]] | None = None,
    untried: list[str] | None = None,
) -> AccessProbe:
    """Build fixtures for the tables in some states, to probe in these states and in the states between them.

    Args:
        states: Connections to databases in these states, the last state last.
        tables: The declared tables.
        platform: The platform.
        wanted: The declared schema.
        conditions: Conditions of policies that tables have only in between.
        untried: Receives a sentence for each table of which no row can be built; by default that is an error.

    Raises:
        PostgresError: If a role is missing, or no row can be built.
    """
    # The policies of all states decide on the kinds of rows, so that the states answer the same questions.
    code = merge_code([code_of_policies(conditions or {}), *(read_code(connection) for connection in states)])
    probed_tables = []
    for table in tables:
        try:
            probed_tables.append(_build_table_probe(states, table, platform, wanted, code))
        except RowError as error:
            if untried is None or isinstance(error, MissingError):
                raise
            untried.append(f"access to {display_name(table)}: {error.what}")
    return AccessProbe({probed.name: probed for probed in probed_tables})


def _build_table_probe(
    states: Collection[Connection], table: Table, platform: Platform, wanted: Catalog, code: DatabaseCode
) -> ProbedTable:
    """Build the fixtures of a table in some states, the last state first, because its fixture fits most states."""
    assert table.access is not None  # noqa: S101 - callers pass tables with an access
    fixtures: list[Fixture] = []
    callers: list[list[tuple[ClientRole, Caller]]] = []
    for connection in states:
        with rolled_back(connection):
            name = qualified(table.schema, table.name)
            row = connection.execute("SELECT pg_catalog.to_regclass(%s) IS NULL", [name]).fetchone()
            if row == (True,):
                continue
            clients = list_client_roles(connection, table, platform, wanted)
            fixture = FixtureBuilder(connection, table, platform, wanted, code, _LIMITS).build()
            kinds = CallerKinds(platform, fixture, table.access, _LIMITS)
            fixtures.append(fixture)
            callers.append(
                [(client, caller) for client in clients for caller in kinds.list_callers(client)[0]]
            )
    return ProbedTable(table, fixtures[::-1], callers[::-1])

"""What clients reach at one moment of a migration, whatever of the schema is there by then."""

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
from schema_dsl.verify.access.fixture_rows import FixtureRows, FixtureTable, columns_of
from schema_dsl.verify.access.roles import ClientRole, callers, clients
from schema_dsl.verify.access.sample import make_sample
from schema_dsl.verify.access.suite import Suite
from schema_dsl.verify.access.trial import Caller, Trial, shown

AccessQuestion: TypeAlias = tuple[str, ...]
"""The table, role, caller, operation, and whose row it was."""


@attrs.frozen
class ReachableAccess:
    """What was allowed at a moment, and which tables could not be asked about then, with the reason."""

    allowed: Mapping[AccessQuestion, Trial]
    unasked: Mapping[str, str] = attrs.Factory(dict)


@attrs.frozen
class ProbedTable:
    """A table to ask about, with who asks and rows that it takes, in one of its states or another."""

    table: Table
    samples: Sequence[FixtureRows]
    clients: Sequence[ClientRole]


@attrs.frozen
class AccessProbe:
    """Asks what clients reach, of every table that is there; what it writes is rolled back at once."""

    platform: Platform
    subjects: Sequence[ProbedTable]

    def reached(self, connection: Connection) -> ReachableAccess:
        """Ask everything once, of all that may differ, and collect what was allowed."""
        unasked: dict[str, str] = {}
        allowed = {question(trial): trial for trial in self.ask(connection, unasked)}
        return ReachableAccess(allowed, unasked)

    def ask(
        self, connection: Connection, unasked: dict[str, str] | None = None, *, hasty: bool = False
    ) -> Iterator[Trial]:
        """Ask everything once, and give what was allowed.

        Args:
            connection: Of a superuser, without an open transaction.
            unasked: Where to put the tables that give no answer, as one whose rows do not fit at the moment.
            hasty: Wait for no lock to speak of, and ask only those whom policies bind, but no row's owner.
        """
        patience = "100ms" if hasty else "5s"
        for subject in self.subjects:
            trouble = ""
            for sample in subject.samples:
                try:
                    with connection.transaction(force_rollback=True):
                        connection.execute(f"SET LOCAL lock_timeout = '{patience}'".encode())
                        for trial in _ask(connection, self.platform, subject, sample, bound=hasty):
                            if trial.seen.outcome == "allowed":
                                yield trial
                except psycopg.Error as error:
                    trouble = error.diag.message_primary or type(error).__name__
                else:
                    trouble = ""
                    break
            if trouble and unasked is not None:
                unasked[shown(subject.table)] = trouble


def _ask(
    connection: Connection, platform: Platform, subject: ProbedTable, sample: FixtureRows, *, bound: bool
) -> Iterator[Trial]:
    columns = columns_of(connection, subject.table)
    if not columns or subject.table.access is None:
        return
    stage = FixtureTable(connection, subject.table, columns, sample)
    asking = [
        (client, caller)
        for client in subject.clients
        for caller in callers(client, platform, sample.people)
        if _asks(client, caller, sample, bound=bound)
    ]
    suite = Suite(stage=stage, access=subject.table.access, claims=platform.claims)
    yield from suite.run(asking, ["as it is"])


def _asks(client: ClientRole, caller: Caller, sample: FixtureRows, *, bound: bool) -> bool:
    """Choose few: somebody with rows, somebody without, and one of each role that stands for nobody."""
    if client.bypasses and bound:
        return False
    if client.person and sample.people:
        return caller.user == "another" or (caller.user == "owner" and not bound)
    return caller.claims is None


def question(trial: Trial) -> AccessQuestion:
    """Say what was asked, apart from what came of it."""
    return (trial.table, trial.role, trial.caller, trial.operation, trial.whose)


def prepare(
    states: Collection[Connection], tables: Sequence[Table], platform: Platform, wanted: Catalog
) -> AccessProbe:
    """Make rows for the tables in each of some states, to ask with in any state between them.

    Raises:
        PostgresError: If a table's rows or roles cannot be had in the last of the states.
    """
    subjects = []
    for table in tables:
        samples = []
        asking: list[ClientRole] = []
        for connection in states:
            with connection.transaction(force_rollback=True):
                name = qualified(table.schema, table.name)
                row = connection.execute("SELECT pg_catalog.to_regclass(%s) IS NULL", [name]).fetchone()
                if row == (True,):
                    continue
                samples.append(make_sample(connection, table, platform, wanted))
                asking = clients(connection, table, platform, wanted)
        # What the last state takes is what most moments take.
        subjects.append(ProbedTable(table, samples[::-1], asking))
    return AccessProbe(platform, subjects)


DIGEST: Final = (files(__package__) / "reach.sql").read_text("utf-8")
"""A query for a short text that is the same where what decides on access is; it has no semicolon."""


def digest(connection: Connection) -> str:
    """Ask for the short text."""
    row = connection.execute(DIGEST.encode()).fetchone()
    return str(row[0]) if row else ""

"""Interrupt a migration at every statement and re-run it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias

import attrs
import psycopg

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.proof import Sample, draw_sample
from schema_dsl.verify.reruns.interrupt import interrupt_statement
from schema_dsl.verify.reruns.statements import Reruns, Writes, apply_counted, find_names
from schema_dsl.verify.scripts.apply import ApplyError, apply_in_transaction, apply_statements
from schema_dsl.verify.scripts.lost_session import raise_if_lost
from schema_dsl.verify.scripts.refusals import allow_data_loss, has_transactions
from schema_dsl.verify.snapshots.catalog import Snapshot, snapshot_catalog
from schema_dsl.verify.snapshots.rows import RowSnapshot, snapshot_rows


@attrs.frozen
class ObservedState:
    """The state of a database after a run.

    Attributes:
        catalog: The snapshot of the catalog.
        rows: The rows of all tables, also of those that the migration creates.
    """

    catalog: Snapshot
    rows: RowSnapshot


_MOST_CHECKED: Final = 2000
"""After how many statements at most those that share a name with the last one are run again in place."""

RunResult: TypeAlias = "ObservedState | ApplyError"
"""The state after a run, or the error that stopped the run."""


@attrs.frozen
class InterruptionPlan:
    """A migration to interrupt, and the database to copy for each run.

    Attributes:
        scratch: The databases of the migration.
        template: A database in the state before the migration, with fixture rows and interruption enabled.
        statements: The statements of the migration.
        rows: The rows of the template.
        allows_data_loss: Whether the runs may drop objects with values, which the migration otherwise refuses.
    """

    scratch: Scratch
    template: Database
    statements: Sequence[Statement]
    rows: RowSnapshot
    allows_data_loss: bool = False

    def open(self, database: Database) -> Connection:
        """Open a session as the role that applies migrations."""
        connection = self.scratch.connect(database)
        if self.allows_data_loss:
            allow_data_loss(connection)
        return connection

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Yield a copy of the template."""
        with self.scratch.copy(self.template) as database:
            yield database

    def line(self, number: int) -> int:
        """Return the line of a statement, or of the last statement if the number is past the end."""
        return self.statements[min(number, len(self.statements) - 1)].line

    def observe(self, connection: Connection) -> ObservedState:
        """Return the present state of the database."""
        return ObservedState(snapshot_catalog(connection), snapshot_rows(connection))

    def run_in_transaction(self, connection: Connection) -> RunResult:
        """Run the whole migration in one transaction, observe the state, and roll back."""
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(self.scratch.subject.script.encode())
                return self.observe(connection)
        except psycopg.Error:
            # Run statement by statement to locate the error. If every statement succeeds now, the error was transient.
            try:
                with connection.transaction(force_rollback=True):
                    apply_in_transaction(connection, self.statements, self.scratch.subject.file)
                    return self.observe(connection)
            except ApplyError as error:
                raise_if_lost(error)
                return error


@attrs.define
class InterruptionResult:
    """The results of interrupting a migration at several statements.

    Attributes:
        uninterrupted: The result of an uninterrupted run in one transaction.
        statement_by_statement: The state after an uninterrupted run, statement by statement.
        results: The result of the re-run by the index of the interrupted statement; the number of statements
            as the index stands for a re-run after a complete run.
        needs_own_database: The indexes of statements that cannot be interrupted in a separate session.
        not_completed: The number of further interruptions that were left out, although re-run statements have effects.
        checked: After how many of how many statements those that share a name with it were run again in place.
        reruns: The numbers of statements that were run again in place, and of all statements.
    """

    uninterrupted: RunResult
    statement_by_statement: ObservedState | None = None
    results: dict[int, RunResult] = attrs.Factory(dict)
    needs_own_database: list[int] = attrs.Factory(list)
    not_completed: int = 0
    checked: Sample | None = None
    reruns: Sample | None = None


def interrupt_each(plan: InterruptionPlan, certain: Collection[int], most_further: int) -> InterruptionResult:
    """Run the migration statement by statement; interrupt some statements first and re-run the migration.

    The re-run is one transaction that is rolled back, and an interrupted single-transaction statement leaves no
    effects, so one database serves all interruptions.

    Args:
        plan: The migration to run.
        certain: The indexes of statements to interrupt in any case. The others are interrupted only if a statement
            that shares a name with the last applied one changes something when it runs again.
        most_further: The largest number of the others to interrupt.
    """
    file = plan.scratch.subject.file
    with (
        plan.database() as database,
        plan.open(database) as walker,
        plan.open(database) as other,
    ):
        before = plan.observe(walker)
        walked = InterruptionResult(plan.run_in_transaction(other))
        if not isinstance(walked.uninterrupted, ObservedState):
            return walked
        names = find_names(before.catalog, walked.uninterrupted.catalog)
        reruns = Reruns(plan.statements, *names, plan.scratch.subject.seed)
        count, seed = len(plan.statements), plan.scratch.subject.seed
        checked = frozenset(draw_sample(range(1, count + 1), _MOST_CHECKED, seed))
        walked.checked = Sample(len(checked), count, seed)
        further = 0
        writes: Writes | None = None
        for number in range(count + 1):
            if number in certain:
                _interrupt_here(plan, database, other, number, walked)
            elif number in checked and not reruns.changes_nothing(other, number - 1, writes):
                further += 1
                if further <= most_further:
                    _interrupt_here(plan, database, other, number, walked)
            if number + 1 in checked:
                writes = apply_counted(walker, plan.statements[number], file)
            elif number < count:
                apply_statements(walker, [plan.statements[number]], file)
        walked.not_completed = max(further - most_further, 0)
        walked.reruns = reruns.sample
        walked.statement_by_statement = plan.observe(walker)
        return walked


def _interrupt_here(
    plan: InterruptionPlan, database: Database, other: Connection, number: int, walked: InterruptionResult
) -> None:
    """Interrupt a statement in the present state, re-run the migration, and add the result."""
    if number < len(plan.statements):
        victim = plan.open(database)
        try:
            settings = filter(_is_session_setting, plan.statements[:number])
            apply_statements(victim, settings, plan.scratch.subject.file)
            interrupt_statement(database, victim, plan.statements[number])
        except (psycopg.Error, ApplyError):
            walked.needs_own_database.append(number)
            return
    walked.results[number] = plan.run_in_transaction(other)


def _is_session_setting(statement: Statement) -> bool:
    return statement.kind == "variable_set_stmt"


def interrupt_once(plan: InterruptionPlan, number: int, *, within: bool) -> RunResult:
    """Run the first statements, close the connection, re-run the migration, and observe.

    The re-run is statement by statement after an interruption within a statement, and otherwise in as few transactions
    as the statements allow.

    Args:
        plan: The migration to run.
        number: The number of statements to run before the interruption.
        within: Whether to terminate the process in the middle of the next statement.
    """
    file = plan.scratch.subject.file
    with plan.database() as database:
        with plan.open(database) as connection:
            apply_statements(connection, plan.statements[:number], file)
            if within:
                interrupt_statement(database, connection, plan.statements[number])
        rerun = apply_statements if within or has_transactions(plan.statements) else apply_in_transaction
        with plan.open(database) as connection:
            try:
                rerun(connection, plan.statements, file)
            except ApplyError as error:
                raise_if_lost(error)
                return error
            return plan.observe(connection)

"""A migration that is cut short in every place, and run again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import attrs
import psycopg

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.apply import ApplyError, apply_in_transaction, apply_statements
from schema_dsl.verify.interrupt import interrupt
from schema_dsl.verify.row_snapshot import Contents, contents
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.snapshot import Snapshot, snapshot


@attrs.frozen
class ObservedState:
    """What is there, and of the rows those that were there before the migration."""

    catalog: Snapshot
    rows: Contents


End: TypeAlias = "ObservedState | str"
"""What a run came to: a state, or why there is none."""


@attrs.frozen
class InterruptionPlan:
    """A migration, and a database to copy for each run of it: in the state before, with rows, armed."""

    scratch: Scratch
    template: Database
    statements: Sequence[Statement]
    rows: Contents

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Give a copy."""
        server = self.scratch.server
        with server.database(template=self.template, owner=self.scratch.owner) as database:
            yield database

    def line(self, number: int) -> int:
        """Give the line of a statement, or of the last where there is none any more."""
        return self.statements[min(number, len(self.statements) - 1)].line

    def seen(self, connection: Connection) -> ObservedState:
        """Look at what is there."""
        return ObservedState(snapshot(connection), contents(connection, self.rows))

    def whole(self, connection: Connection) -> End:
        """Run all of it in one transaction, look, and undo it."""
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(self.scratch.subject.script.encode())
                return self.seen(connection)
        except psycopg.Error:
            # Once more, to find the statement. If then nothing fails, what did must have been in the way.
            try:
                with connection.transaction(force_rollback=True):
                    apply_in_transaction(connection, self.statements, self.scratch.subject.file)
                    return self.seen(connection)
            except ApplyError as error:
                return f"{error.where} fails: {error.what}"


@attrs.define
class InterruptionResult:
    """What cutting it short in several places came to.

    `straight` is the state after a run that was not cut short; `again` after one statement by statement. `ends`
    are by the number of the statement that was terminated, or of statements where nothing was left to
    terminate. `apart` are those that cannot be terminated in a session of their own.
    """

    straight: End
    again: ObservedState | None = None
    ends: dict[int, End] = attrs.Factory(dict)
    apart: list[int] = attrs.Factory(list)


def walk(course: InterruptionPlan, numbers: Collection[int]) -> InterruptionResult:
    """Run the migration statement by statement, in some places terminate the next one, and run all of it over that.

    That run is in one transaction, which is undone: so one database serves for all places. A statement that can
    share a call with another is one transaction: terminated, it leaves what there was before it.
    """
    file = course.scratch.subject.file
    with (
        course.database() as database,
        course.scratch.connect(database) as walker,
        course.scratch.connect(database) as other,
    ):
        walked = InterruptionResult(course.whole(other))
        if not isinstance(walked.straight, ObservedState):
            return walked
        for number, statement in enumerate(course.statements):
            if number in numbers:
                victim = course.scratch.connect(database)
                try:
                    apply_statements(victim, filter(_is_for_session, course.statements[:number]), file)
                    interrupt(database, victim, statement)
                except (psycopg.Error, ApplyError):
                    walked.apart.append(number)
                else:
                    walked.ends[number] = course.whole(other)
            apply_statements(walker, [statement], file)
        if len(course.statements) in numbers:
            walked.ends[len(course.statements)] = course.whole(other)
        walked.again = course.seen(walker)
        return walked


def _is_for_session(statement: Statement) -> bool:
    return statement.kind == "variable_set_stmt"


def cut(course: InterruptionPlan, number: int, *, within: bool) -> End:
    """Run the first statements, cut the connection, run all of them statement by statement, and look.

    Args:
        course: What to run.
        number: How many statements are run.
        within: Whether the process is terminated in the middle of the next one.
    """
    file = course.scratch.subject.file
    with course.database() as database:
        with course.scratch.connect(database) as connection:
            apply_statements(connection, course.statements[:number], file)
            if within:
                interrupt(database, connection, course.statements[number])
        with course.scratch.connect(database) as connection:
            try:
                apply_statements(connection, course.statements, file)
            except ApplyError as error:
                return f"{error.where} fails: {error.what}"
            return course.seen(connection)

"""Apply a migration statement by statement, and probe access after each statement that can change access."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs
import psycopg

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.access.concurrent import ConcurrentAccess
from schema_dsl.verify.access.probe import DIGEST, AccessProbe, ReachableAccess, read_digest
from schema_dsl.verify.apply import apply_statements
from schema_dsl.verify.scratch import Scratch, ScratchState

# A comment does not affect access, and a migration has many comments.
_COMMENT = "comment_stmt"

RehearsedStates: TypeAlias = "list[tuple[int, str]] | None"
"""Pairs of a statement number and the digest of the state after the statement; None if a statement failed."""


@attrs.frozen
class AccessMoment:
    """The access of client roles at one moment of the migration.

    Attributes:
        statement: The number of the last applied statement, 0 before the first statement.
        reached: The access of the client roles.
        within: Whether the moment is during the statement, not after the statement.
    """

    statement: int
    reached: ReachableAccess
    within: bool = False


@attrs.define
class Timeline:
    """The moments of a migration under one setting of default privileges.

    Attributes:
        scratch: The scratch databases of the migration.
        setting: The setting of default privileges.
        statements: The statements of the migration.
        probe: The probe of access.
        known: The access per digest. The timelines of all settings share this mapping, to probe a state once.
        moments: The number of observed moments.
        rounds: The number of rounds of the concurrent probe.
    """

    scratch: Scratch
    setting: str
    statements: Sequence[Statement]
    probe: AccessProbe
    known: dict[str, ReachableAccess]
    moments: int = 0
    rounds: int = 0

    def observe(
        self, migrating: Connection, probing: Connection, concurrent: ConcurrentAccess
    ) -> Iterator[AccessMoment]:
        """Apply each statement in its own transaction, as `psql -f` does, and yield the moments."""
        state = read_digest(probing)
        yield self._build_moment(0, state, probing, concurrent)
        for number, statement in enumerate(self.statements, 1):
            concurrent.statement = number
            apply_statements(migrating, [statement], self.scratch.subject.file)
            self.moments += 1
            new_state = state if statement.kind == _COMMENT else read_digest(probing)
            if new_state != state or number == len(self.statements):
                state = new_state
                yield self._build_moment(number, new_state, probing, concurrent)

    def _build_moment(
        self, number: int, state: str, probing: Connection, concurrent: ConcurrentAccess
    ) -> AccessMoment:
        if state not in self.known:
            with concurrent.paused():
                self.known[state] = self.probe.find_reachable(probing)
        return AccessMoment(number, self.known[state])

    def rehearse(self, migrating: Connection) -> RehearsedStates:
        """Apply the whole migration to the present state in a transaction, and roll back.

        Other sessions cannot probe the uncommitted states. But the digests show which states a re-run creates, and
        the states of a correct migration are known already.
        """
        script = [
            statement.text if statement.kind == _COMMENT else f"{statement.text};\n{DIGEST}"
            for statement in self.statements
        ]
        numbers = [
            number for number, statement in enumerate(self.statements, 1) if statement.kind != _COMMENT
        ]
        states: list[str] = []
        try:
            with migrating.transaction(force_rollback=True):
                cursor = migrating.execute(";\n".join(script).encode())
                more: bool | None = True
                while more:
                    if cursor.description is not None and cursor.description[0].name == "access_digest":
                        states += [str(state) for (state,) in cursor]
                    more = cursor.nextset()
        except psycopg.Error:
            return None
        self.moments += len(self.statements)
        return list(zip(numbers, states, strict=True))

    def recall_moments(self, states: RehearsedStates) -> list[AccessMoment] | None:
        """Return the moments of a rehearsal; return None if the access of a state is unknown."""
        if states is None or any(state not in self.known for _, state in states):
            return None
        return [AccessMoment(number, self.known[state]) for number, state in states]

    def observe_resumed(self, interrupted_after: int) -> list[AccessMoment]:
        """Apply the first statements to a new database, then observe a re-run of the whole migration."""
        with open_sessions(self.scratch, "before", self.setting) as (_, probing, migrating):
            apply_statements(migrating, self.statements[:interrupted_after], self.scratch.subject.file)
            return list(self.observe(migrating, probing, ConcurrentAccess()))

    def describe_position(self, number: int) -> str:
        """Return the position of a statement in the file, for the report."""
        return f"statement {number} (line {self.statements[number - 1].line})" if number else "the start"


@contextlib.contextmanager
def open_sessions(
    scratch: Scratch, state: ScratchState, setting: str | None = None
) -> Iterator[tuple[Database, Connection, Connection]]:
    """Create a database in a state and yield it with two connections.

    The first connection is that of a superuser, for the probes. The second is that of the role that runs migrations.
    """
    with (
        scratch.fresh(state, setting) as database,
        contextlib.closing(database.connect()) as probing,
        contextlib.closing(scratch.connect(database)) as migrating,
    ):
        yield database, probing, migrating

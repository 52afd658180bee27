"""Through a migration statement by statement, asking wherever something that decides on access has changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs
import psycopg

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.access.concurrent import ConcurrentAccess
from schema_dsl.verify.access.probe import DIGEST, AccessProbe, ReachableAccess, digest
from schema_dsl.verify.apply import apply_statements
from schema_dsl.verify.scratch import Scratch, ScratchState

# Decides nothing on access, and a migration is full of it.
_COMMENT = "comment_stmt"

States: TypeAlias = "list[tuple[int, str]] | None"
"""The states behind statements, by their digests; None where they could not be passed through."""


@attrs.frozen
class AccessMoment:
    """What clients reached behind a statement (0: before the first), or `within` it."""

    statement: int
    reached: ReachableAccess
    within: bool = False


@attrs.define
class Walker:
    """Walks under one setting of default privileges. What a state gives is asked once: `known` is shared."""

    scratch: Scratch
    setting: str
    statements: Sequence[Statement]
    probe: AccessProbe
    known: dict[str, ReachableAccess]
    moments: int = 0
    rounds: int = 0

    def walk(
        self, migrating: Connection, asking: Connection, watch: ConcurrentAccess
    ) -> Iterator[AccessMoment]:
        """Run each statement in a transaction of its own, as `psql -f` does, and tell of each moment."""
        state = digest(asking)
        yield self._moment(0, state, asking, watch)
        for number, statement in enumerate(self.statements, 1):
            watch.statement = number
            apply_statements(migrating, [statement], self.scratch.subject.file)
            self.moments += 1
            now = state if statement.kind == _COMMENT else digest(asking)
            if now != state or number == len(self.statements):
                state = now
                yield self._moment(number, now, asking, watch)

    def _moment(self, number: int, state: str, asking: Connection, watch: ConcurrentAccess) -> AccessMoment:
        if state not in self.known:
            with watch.paused():
                self.known[state] = self.probe.reached(asking)
        return AccessMoment(number, self.known[state])

    def rehearse(self, migrating: Connection) -> States:
        """Pass through the whole migration from where the database is, inside a transaction, and go back.

        Nobody else can ask meanwhile. It shows which states there would be, and in a sound migration these
        are states that are passed through anyway.
        """
        script = [
            each.text if each.kind == _COMMENT else f"{each.text};\n{DIGEST}" for each in self.statements
        ]
        told = [number for number, each in enumerate(self.statements, 1) if each.kind != _COMMENT]
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
        return list(zip(told, states, strict=True))

    def recalled(self, states: States) -> list[AccessMoment] | None:
        """Give the moments of a rehearsal, if it is known what every one of its states gives."""
        if states is None or any(state not in self.known for _, state in states):
            return None
        return [AccessMoment(number, self.known[state]) for number, state in states]

    def walk_on(self, stopped: int) -> list[AccessMoment]:
        """Apply the first statements to a database of its own, and then, as if that had been cut short, all."""
        with sessions(self.scratch, "before", self.setting) as (_, asking, migrating):
            apply_statements(migrating, self.statements[:stopped], self.scratch.subject.file)
            return list(self.walk(migrating, asking, ConcurrentAccess()))

    def place(self, number: int) -> str:
        """Say where in the file a statement stands."""
        return f"statement {number} (line {self.statements[number - 1].line})" if number else "the start"


@contextlib.contextmanager
def sessions(
    scratch: Scratch, state: ScratchState, setting: str | None = None
) -> Iterator[tuple[Database, Connection, Connection]]:
    """Give a fresh database with two sessions: one that may ask as anybody, and the migrating role's."""
    with (
        scratch.fresh(state, setting) as database,
        contextlib.closing(database.connect()) as asking,
        contextlib.closing(scratch.connect(database)) as migrating,
    ):
        yield database, asking, migrating

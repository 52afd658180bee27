"""Find what a migration opens for a moment on objects that declare no access."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.postgres import Connection
from schema_dsl.verify.access.access_state import AccessState
from schema_dsl.verify.access.reachable import ROW_PRIVILEGES, Reach, list_reach, phrase_gains


@attrs.frozen(eq=False)
class _Visit:
    """A state of a run.

    Attributes:
        statement: The number of the statement before the state.
        state: The state.
        reach: The privileges of client roles on objects other than tables.
    """

    statement: int
    state: AccessState
    reach: frozenset[Reach]


@attrs.define(eq=False)
class MomentaryWatch:
    """Compares the states of a run with its start and its end.

    A table without a declared access needs trials only if it is protected in some state in another way than at the
    start and at the end. A privilege on a column, a view, a sequence, a schema, a SECURITY DEFINER function, or a table
    that exists only in between needs none.

    Attributes:
        roles: The client roles.
        declared: The declared tables.
        unsettled: The tables that were protected in another way than at the start and at the end, each with the
            conditions of its policies that exist neither at the start nor at the end.
    """

    roles: Collection[str]
    declared: Collection[QualifiedKey]
    unsettled: dict[QualifiedKey, set[str]] = attrs.field(init=False, factory=dict)
    _visits: list[_Visit] = attrs.field(init=False, factory=list)
    _known: dict[str, frozenset[Reach]] = attrs.field(init=False, factory=dict)

    def visit(self, connection: Connection, state: AccessState, statement: int) -> None:
        """Record a state, which the connection sees, after the statement of a number."""
        columns = [
            f"{name} {protection.column_privileges}"
            for name, protection in sorted(state.protections.items())
            if protection.column_privileges
        ]
        known = self._visits[0].state.protections if self._visits else state.protections
        further = sorted(
            (name, protection.digest)
            for name, protection in state.protections.items()
            if name not in known and name not in self.declared
        )
        digest = f"{state.digest(state.relations.keys() - state.protections.keys())} {columns} {further}"
        if digest not in self._known:
            self._known[digest] = list_reach(connection, self.roles)
        self._visits.append(_Visit(statement, state, self._known[digest]))

    def finish_run(self, last: AccessState) -> Iterator[tuple[int, str]]:
        """End a run, which began at the first state or where the run before ended.

        Args:
            last: The state at the end.

        Yields:
            The number of a statement, and a phrase for the privileges that client roles have after it, and neither
            before nor after the run.
        """
        start = self._visits[0]
        end = next(visit for visit in reversed(self._visits) if visit.state is last)
        reported = start.reach | end.reach
        tables = start.state.protections.keys() | end.state.protections.keys()
        for visit in self._visits:
            gained = {reach for reach in visit.reach - reported if _needs_no_trial(reach, reported, tables)}
            reported |= gained
            for phrase in phrase_gains(gained, visit.reach):
                yield visit.statement, phrase
            self._compare_protections(start.state, end.state, visit.state)
        self._visits = [end]

    def _compare_protections(self, start: AccessState, end: AccessState, state: AccessState) -> None:
        for name, protection in state.protections.items():
            settled = [each.protections[name] for each in (start, end) if name in each.protections]
            if protection not in settled:
                conditions = frozenset[str]().union(*(each.conditions for each in settled))
                self.unsettled.setdefault(name, set()).update(protection.conditions - conditions)


def _needs_no_trial(reach: Reach, reported: Collection[Reach], tables: Collection[QualifiedKey]) -> bool:
    """Return whether a privilege alone counts, as on all objects but lasting tables and functions of the caller.

    Args:
        reach: The privilege.
        reported: The privileges at the start and at the end.
        tables: The tables at the start and at the end.
    """
    if reach.relation is not None and reach.relation not in tables:
        return reach.privilege in ROW_PRIVILEGES
    if reach.relation is not None:
        return bool(reach.trait) and attrs.evolve(reach, trait="") not in reported
    return reach.kind not in ("function", "procedure") or bool(reach.trait)

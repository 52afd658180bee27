"""Find temporary access during a migration to objects that declare no access."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.postgres import Connection
from schema_dsl.verify.access.reach.reachable import ROW_PRIVILEGES, Reach, list_reach, phrase_gains
from schema_dsl.verify.access.state.access_state import AccessState, TableProtection


@attrs.frozen(eq=False)
class _Visit:
    """A state of a run.

    Attributes:
        statement: The number of the statement before the state.
        number: The number of the state.
        protections: The protections of tables: at the start of all, and then of those that a statement touched.
        reach: The privileges of client roles on objects other than tables.
    """

    statement: int
    number: int
    protections: Mapping[QualifiedKey, TableProtection]
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
    _reached: dict[int, frozenset[Reach]] = attrs.field(init=False, factory=dict)

    def visit(
        self, connection: Connection, state: AccessState, earlier: AccessState | None, statement: int
    ) -> None:
        """Record a state, which the connection sees, after the statement of a number.

        Args:
            connection: The session.
            state: The state.
            earlier: The state before the statement; None at the start.
            statement: The number of the statement.
        """
        protections = state.protections
        reach = None
        if earlier is not None and self._visits:
            touched = state.list_touched(earlier)
            protections = {name: protections[name] for name in touched if name in protections}
            if all(self._is_table_alone(name, earlier, state) for name in touched):
                is_alike = (state.shared, state.functions) == (earlier.shared, earlier.functions)
                reach = self._reached.get(earlier.number) if is_alike else None
        if reach is None:
            reach = self._read_reach(connection, state)
        self._reached[state.number] = reach
        self._visits.append(_Visit(statement, state.number, protections, reach))

    def _is_table_alone(self, name: QualifiedKey, earlier: AccessState, state: AccessState) -> bool:
        """Return whether a relation is in both states a declared table or none, without privileges on columns."""
        return name in self.declared and all(
            each.protections[name].column_privileges == ""
            if name in each.protections
            else name not in each.relations
            for each in (earlier, state)
        )

    def _read_reach(self, connection: Connection, state: AccessState) -> frozenset[Reach]:
        columns = [
            f"{name} {protection.column_privileges}"
            for name, protection in sorted(state.protections.items())
            if protection.column_privileges
        ]
        known = self._visits[0].protections if self._visits else state.protections
        further = sorted(
            (name, protection.digest)
            for name, protection in state.protections.items()
            if name not in known and name not in self.declared
        )
        others = state.digest(state.relations.keys() - state.protections.keys(), every_function=True)
        digest = f"{others} {columns} {further}"
        if digest not in self._known:
            self._known[digest] = list_reach(connection, self.roles)
        return self._known[digest]

    def finish_run(self, last: AccessState) -> Iterator[tuple[int, str]]:
        """End a run, which began at the first state or where the run before ended.

        Args:
            last: The state at the end.

        Yields:
            The number of a statement, and a phrase for the privileges that client roles have after it, and neither
            before nor after the run.
        """
        start = self._visits[0]
        end = next(visit for visit in reversed(self._visits) if visit.number == last.number)
        reported = start.reach | end.reach
        tables = start.protections.keys() | last.protections.keys()
        for visit in self._visits:
            gained = {reach for reach in visit.reach - reported if _needs_no_trial(reach, reported, tables)}
            reported |= gained
            for phrase in phrase_gains(gained, visit.reach):
                yield visit.statement, phrase
            for name, protection in visit.protections.items():
                settled = [each[name] for each in (start.protections, last.protections) if name in each]
                self._compare_protections(name, protection, settled)
        self._visits = [attrs.evolve(end, protections=last.protections)]

    def _compare_protections(
        self, name: QualifiedKey, protection: TableProtection, settled: Sequence[TableProtection]
    ) -> None:
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

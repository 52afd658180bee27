"""Policies that ask each other without end.

What a policy reads in a sub-select has policies of its own, which Postgres puts in as well. It gives up where it
comes back to a table whose policies it is just putting in, and these have a sub-select, be it (SELECT auth.uid()).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import attrs

from schema_dsl.lint.facts.bodies import named, read_by_calling
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.inheritance import is_invoker
from schema_dsl.lint.facts.policies import PolicyDefinition, bypasses, policies
from schema_dsl.lint.history.schema import HistoryPolicy, HistoryRelation, Schema
from schema_dsl.lint.rule import FinalState
from schema_dsl.parsing import Node, relations_in
from schema_dsl.parsing.grammar import walk

_READS = frozenset({"all", "select"})
_TABLES = frozenset({"table", "partitioned"})


@attrs.frozen(eq=False)
class _Reading:
    """Which tables Postgres comes to from which, for each role: worked out once, as many ways lead there."""

    schema: Schema
    _read: dict[HistoryPolicy, tuple[HistoryRelation, ...] | None] = attrs.field(factory=dict)
    _below: dict[tuple[HistoryRelation, str | None], tuple[HistoryRelation, ...] | None] = attrs.field(
        factory=dict
    )

    def comes_back(self, role: str | None, relation: HistoryRelation, start: HistoryRelation) -> bool:
        """Say whether reading a table leads back to where one started; without a role, by anybody's policies."""
        reached = {relation}
        pending = [relation]
        for each in pending:
            below = self._tables_below(each, role)
            if below is None:
                continue
            if each is start:
                return True
            pending += dict.fromkeys(new for new in below if new not in reached)
            reached.update(below)
        return False

    def _tables_below(
        self, relation: HistoryRelation, role: str | None
    ) -> tuple[HistoryRelation, ...] | None:
        """Give what the policies read that decide which rows a role reads; None if these have no sub-select."""
        key = relation, role
        if key not in self._below:
            read = [
                self._read_by_policy(each)
                for each in relation.policies.values()
                if each.command in _READS and (role is None or not {"public", role}.isdisjoint(each.roles))
            ]
            asked = [each for each in read if each is not None] if relation.row_security else []
            self._below[key] = tuple(itertools.chain(*asked)) if asked else None
        return self._below[key]

    def _read_by_policy(self, policy: HistoryPolicy) -> tuple[HistoryRelation, ...] | None:
        if policy not in self._read:
            tree = policy.using
            read = () if tree is None else read_by(self.schema, tree)
            asks = tree is not None and any(each.DESCRIPTOR.name == "SubLink" for each in walk(tree))
            self._read[policy] = tuple(read) if read or asks else None
        return self._read[policy]


def read_by(schema: Schema, tree: Node) -> list[HistoryRelation]:
    """Give the tables that an expression reads for its caller, so far as they are known.

    Views with security_invoker are seen through, and so are functions without SECURITY DEFINER.
    """
    found: dict[HistoryRelation, None] = {}
    pending = [tree]
    for each in pending:
        new = [schema.relation(where or "", name) for where, name in relations_in(each)]
        for node in walk(each):
            routine = named(schema, node) if node.DESCRIPTOR.name == "FuncCall" else None
            if routine is not None:
                new += read_by_calling(schema, routine, as_caller=True)
        for relation in new:
            if relation is None or relation in found:
                continue
            found[relation] = None
            if relation.kind not in _TABLES and relation.query is not None and is_invoker(relation):
                pending.append(relation.query)
    return [each for each in found if each.kind in _TABLES]


def endless(final_state: FinalState) -> Iterator[tuple[PolicyDefinition, PolicyClause, HistoryRelation]]:
    """Yield the policies that come back to their own table, with what they read first on the way."""
    reading = _Reading(final_state.schema)
    everybody = {role for written in policies(final_state) for role in written.policy.roles}
    for written in policies(final_state):
        if not written.relation.row_security or "policies" in written.relation.doubts or not written.whole:
            continue
        for clause in written.clauses:
            found = _first(final_state, reading, written, clause, everybody)
            if found is not None:
                yield written, clause, found
                break


def _first(
    final_state: FinalState,
    reading: _Reading,
    written: PolicyDefinition,
    clause: PolicyClause,
    everybody: set[str],
) -> HistoryRelation | None:
    own = any(each.routine is not None for each in clause.calls)
    if not own and not any(True for _ in clause.of("RangeVar")):
        return None
    read = read_by(final_state.schema, clause.tree)
    # There may be many roles, and most policies come back for none.
    read = [each for each in read if reading.comes_back(None, each, written.relation)]
    for role in _roles(final_state, written, everybody) if read else ():
        for relation in read:
            if reading.comes_back(role, relation, written.relation):
                return relation
    return None


def _roles(final_state: FinalState, written: PolicyDefinition, everybody: set[str]) -> list[str]:
    """Give the roles to try: PUBLIC's policies may meet those of any role there is."""
    named = set(written.policy.roles)
    if "public" in named:
        named |= everybody
    return sorted(each for each in named if not bypasses(final_state.schema, each))

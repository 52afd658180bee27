"""Policies that ask each other without end.

What a policy reads in a sub-select has policies of its own, which Postgres puts in as well. It gives up where it
comes back to a table whose policies it is just putting in, and these have a sub-select, be it (SELECT auth.uid()).
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from schema_dsl.lint.facts.bodies import named, read_for_caller
from schema_dsl.lint.facts.clauses import Clause
from schema_dsl.lint.facts.inheritance import is_invoker
from schema_dsl.lint.facts.policies import Written, bypasses, policies
from schema_dsl.lint.history.schema import Policy, Relation, Schema
from schema_dsl.lint.rule import Ending
from schema_dsl.parsing import Node, relations_in
from schema_dsl.parsing.grammar import walk

_READS = frozenset({"all", "select"})


@attrs.frozen(eq=False)
class _Asking:
    """What is asked on behalf of one role."""

    schema: Schema
    role: str

    def concerns(self, policy: Policy) -> bool:
        return "public" in policy.roles or self.role in policy.roles

    def conditions(self, relation: Relation) -> list[Node]:
        """Give what decides for the role which rows it reads."""
        return [
            each.using
            for each in relation.policies.values()
            if each.command in _READS and each.using is not None and self.concerns(each)
        ]

    def comes_back(self, relation: Relation, active: list[Relation], start: Relation) -> bool:
        """Say whether reading a table leads back to where one started."""
        conditions = self.conditions(relation)
        if not relation.row_security or not any(_looks_elsewhere(self.schema, each) for each in conditions):
            return False
        if any(each is relation for each in active):
            return relation is start
        below = [each for tree in conditions for each in read_by(self.schema, tree)]
        return any(self.comes_back(each, [*active, relation], start) for each in below)


def _looks_elsewhere(schema: Schema, tree: Node) -> bool:
    return any(each.DESCRIPTOR.name == "SubLink" for each in walk(tree)) or bool(read_by(schema, tree))


def read_by(schema: Schema, tree: Node) -> list[Relation]:
    """Give the tables that an expression reads for its caller, so far as they are known.

    Views with security_invoker are seen through, and so are functions without SECURITY DEFINER.
    """
    found = [schema.relation(where or "", name) for where, name in relations_in(tree)]
    for node in walk(tree):
        routine = named(schema, node) if node.DESCRIPTOR.name == "FuncCall" else None
        if routine is not None:
            found += read_for_caller(schema, routine)
    tables: list[Relation] = []
    for each in found:
        if each is not None and each.kind in {"table", "partitioned"}:
            tables.append(each)
        elif each is not None and each.query is not None and is_invoker(each):
            tables += read_by(schema, each.query)
    return tables


def endless(ending: Ending) -> Iterator[tuple[Written, Clause, Relation]]:
    """Yield the policies that come back to their own table, with what they read first on the way."""
    everybody = {role for written in policies(ending) for role in written.policy.roles}
    for written in policies(ending):
        if not written.relation.row_security or "policies" in written.relation.doubts or not written.whole:
            continue
        for clause in written.clauses:
            found = _first(ending, written, clause, everybody)
            if found is not None:
                yield written, clause, found
                break


def _first(ending: Ending, written: Written, clause: Clause, everybody: set[str]) -> Relation | None:
    own = any(each.routine is not None for each in clause.calls)
    if not own and not any(True for _ in clause.of("RangeVar")):
        return None
    read = read_by(ending.schema, clause.tree)
    for role in _roles(ending, written, everybody) if read else ():
        asking = _Asking(ending.schema, role)
        for relation in read:
            if asking.comes_back(relation, [written.relation], written.relation):
                return relation
    return None


def _roles(ending: Ending, written: Written, everybody: set[str]) -> list[str]:
    """Give the roles to try: PUBLIC's policies may meet those of any role there is."""
    named = set(written.policy.roles)
    if "public" in named:
        named |= everybody
    return sorted(each for each in named if not bypasses(ending.schema, each))

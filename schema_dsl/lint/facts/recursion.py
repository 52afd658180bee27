"""Policies that Postgres rejects as infinitely recursive.

Postgres adds the policies of a table to every query that reads the table, also to the sub-selects of other policies.
Postgres fails when it reaches a table whose policies it is already adding, if these contain any sub-select, even
(SELECT auth.uid()).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import attrs

from schema_dsl.lint.facts.bodies import find_relations_read_by_call, find_routine_of_call
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.inheritance import is_security_invoker
from schema_dsl.lint.facts.policies import PolicyDefinition, policies_of_history, role_bypasses_row_security
from schema_dsl.lint.history.schema import HistoryPolicy, HistoryRelation, HistorySchema
from schema_dsl.lint.rule import FinalState
from schema_dsl.parsing import Node, list_relations_in
from schema_dsl.parsing.grammar import walk

_READS = frozenset({"all", "select"})


@attrs.frozen(eq=False)
class _PolicyReads:
    """The tables that the policies of tables read, for each role; cached, because many paths reach the same table."""

    schema: HistorySchema
    _read: dict[HistoryPolicy, tuple[HistoryRelation, ...] | None] = attrs.field(factory=dict)
    _below: dict[tuple[HistoryRelation, str | None], tuple[HistoryRelation, ...] | None] = attrs.field(
        factory=dict
    )

    def leads_back_to(self, role: str | None, relation: HistoryRelation, start: HistoryRelation) -> bool:
        """Return whether reading a table leads to the table `start`; without a role, by the policies of any role."""
        reached = {relation}
        pending = [relation]
        for current in pending:
            below = self._tables_below(current, role)
            if below is None:
                continue
            if current is start:
                return True
            pending += dict.fromkeys(table for table in below if table not in reached)
            reached.update(below)
        return False

    def _tables_below(
        self, relation: HistoryRelation, role: str | None
    ) -> tuple[HistoryRelation, ...] | None:
        """Return the tables that the SELECT policies of a role read; None if the policies have no sub-select."""
        key = relation, role
        if key not in self._below:
            read = [
                self._read_by_policy(policy)
                for policy in relation.policies.values()
                if policy.command in _READS
                and (role is None or not {"public", role}.isdisjoint(policy.roles))
            ]
            applied = [relation for relation in read if relation is not None] if relation.row_security else []
            self._below[key] = tuple(itertools.chain(*applied)) if applied else None
        return self._below[key]

    def _read_by_policy(self, policy: HistoryPolicy) -> tuple[HistoryRelation, ...] | None:
        if policy not in self._read:
            tree = policy.using
            read = () if tree is None else find_tables_read(self.schema, tree)
            has_subselect = tree is not None and any(node.DESCRIPTOR.name == "SubLink" for node in walk(tree))
            self._read[policy] = tuple(read) if read or has_subselect else None
        return self._read[policy]


def find_tables_read(schema: HistorySchema, tree: Node) -> list[HistoryRelation]:
    """Return the known tables that an expression reads with the privileges of its caller.

    The result includes the tables of views with security_invoker and of functions without SECURITY DEFINER.
    """
    found: dict[HistoryRelation, None] = {}
    pending = [tree]
    for current in pending:
        read = [schema.find_relation(where or "", name) for where, name in list_relations_in(current)]
        for node in walk(current):
            routine = find_routine_of_call(schema, node) if node.DESCRIPTOR.name == "FuncCall" else None
            if routine is not None:
                read += find_relations_read_by_call(schema, routine, as_caller=True)
        for relation in read:
            if relation is None or relation in found:
                continue
            found[relation] = None
            if relation.kind != "table" and relation.query is not None and is_security_invoker(relation):
                pending.append(relation.query)
    return [relation for relation in found if relation.kind == "table"]


def find_recursive_policies(
    final_state: FinalState,
) -> Iterator[tuple[PolicyDefinition, PolicyClause, HistoryRelation]]:
    """Yield the policies that lead back to their own table, with the clause and the first table that it reads."""
    reads = _PolicyReads(final_state.schema)
    all_roles = {role for policy in policies_of_history(final_state) for role in policy.state.roles}
    for policy in policies_of_history(final_state):
        if (
            not policy.relation.row_security
            or "policies" in policy.relation.changed_kinds
            or not policy.is_complete
        ):
            continue
        for clause in policy.clauses:
            first_read = _find_recursive_read(final_state, reads, policy, clause, all_roles)
            if first_read is not None:
                yield policy, clause, first_read
                break


def _find_recursive_read(
    final_state: FinalState,
    reads: _PolicyReads,
    policy: PolicyDefinition,
    clause: PolicyClause,
    all_roles: set[str],
) -> HistoryRelation | None:
    calls_user_function = any(call.routine is not None for call in clause.calls)
    if not calls_user_function and not any(True for _ in clause.find_parts("RangeVar")):
        return None
    read = find_tables_read(final_state.schema, clause.tree)
    # There may be many roles, and most policies are not recursive for any role.
    read = [relation for relation in read if reads.leads_back_to(None, relation, policy.relation)]
    for role in _roles_to_try(final_state, policy, all_roles) if read else ():
        for relation in read:
            if reads.leads_back_to(role, relation, policy.relation):
                return relation
    return None


def _roles_to_try(final_state: FinalState, policy: PolicyDefinition, all_roles: set[str]) -> list[str]:
    """Return the roles to try: a policy for PUBLIC applies together with the policies of every role."""
    roles = set(policy.state.roles)
    if "public" in roles:
        roles |= all_roles
    return sorted(role for role in roles if not role_bypasses_row_security(final_state.schema, role))

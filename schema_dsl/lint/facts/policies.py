"""The policies at the end of a history, with the statements that define them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

import attrs

from schema_dsl.analysis.trees import role_name
from schema_dsl.lint.facts.bodies import may_name_column
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.folding import fold_condition, is_always_true
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.facts.values import is_never_true
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryPolicy, HistoryRelation, HistorySchema
from schema_dsl.lint.rule import Edit, FinalState, Hit, LocatedHit
from schema_dsl.parsing import Node

# The client roles of PostgREST and Supabase; PUBLIC includes every role.
CLIENT_ROLES = frozenset({"public", "anon", "authenticated"})
_WRITES = frozenset({"insert", "update", "delete"})
_BYPASSING = frozenset({"service_role", "supabase_admin"})
_ALL = ("select", "insert", "update", "delete")


@attrs.define(eq=False, slots=False)
class PolicyDefinition:
    """A policy at the end of a history.

    Attributes:
        relation: The table.
        state: The command, roles and conditions at the end of the history.
        step: The CREATE POLICY; for a policy that is older than the history, the ALTER POLICY.
        using: The USING clause.
        check: The WITH CHECK clause.
        is_restricted: Whether restrictive policies of the table test the callers to whom the policy applies.
        is_complete: Whether command and roles are known; they are not if the policy is older than the history.
    """

    relation: HistoryRelation
    state: HistoryPolicy
    step: HistoryStep
    using: PolicyClause | None
    check: PolicyClause | None
    is_restricted: bool
    is_complete: bool = True

    @functools.cached_property
    def clauses(self) -> tuple[PolicyClause, ...]:
        """The clauses USING and WITH CHECK, if present."""
        return tuple(clause for clause in (self.using, self.check) if clause is not None)

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions to which the policy applies; empty if they are unknown."""
        if not self.is_complete:
            return ()
        return _ALL if self.state.command == "all" else (self.state.command,)

    @property
    def write_actions(self) -> tuple[str, ...]:
        """The actions that write rows."""
        return tuple(action for action in self.actions if action in _WRITES)

    @property
    def is_for_clients(self) -> bool:
        """Return whether the policy certainly grants access to a client role."""
        return self.is_complete and self.state.permissive and not CLIENT_ROLES.isdisjoint(self.state.roles)

    def restricts(self, action: str) -> bool:
        """Return whether the policy is restrictive and applies to an action."""
        return not self.state.permissive and action in self.actions

    def find_using(self, action: str) -> PolicyClause | None:
        """Return the clause that selects the existing rows for an action; None for INSERT, which reads no rows."""
        return None if action == "insert" else self.using

    def find_check(self, action: str) -> PolicyClause | None:
        """Return the clause that checks the new rows of an action; without WITH CHECK, Postgres checks USING."""
        return None if action in {"select", "delete"} else self.check or self.using

    def __str__(self) -> str:
        return f"policy {display_name(self.state.name)} on {self.relation}"

    def build_hit(
        self,
        message: str,
        clause: PolicyClause | None = None,
        location: int = -1,
        *,
        length: int = 0,
        edits: Sequence[Edit] = (),
        remedy: str | None = None,
    ) -> LocatedHit:
        """Return a hit at a node of a clause, at the clause, or without a clause at the statement."""
        if clause is None:
            return LocatedHit(
                self.step, find_first_line(self.step.statement).hit(message, remedy, tuple(edits))
            )
        start = clause.offset(location if location >= 0 else clause.start)
        length = length or clause.length(start)
        return LocatedHit(clause.step, Hit(start, message, length, remedy, tuple(edits)))


@cached
def policies_of_history(final_state: FinalState) -> tuple[PolicyDefinition, ...]:
    """Return the policies that a history creates or alters, in the order of their statements."""
    return tuple(
        sorted(
            _find_policies(final_state),
            key=lambda each: (each.step.position.statement, each.step.statement.start),
        )
    )


def policies_of_table(final_state: FinalState, relation: HistoryRelation) -> list[PolicyDefinition]:
    """Return the policies of one table that a history creates or alters."""
    return _policies_by_table(final_state).get(relation, [])


@cached
def _policies_by_table(final_state: FinalState) -> dict[HistoryRelation, list[PolicyDefinition]]:
    policies: dict[HistoryRelation, list[PolicyDefinition]] = {}
    for policy in policies_of_history(final_state):
        policies.setdefault(policy.relation, []).append(policy)
    return policies


def are_policies_known(final_state: FinalState, relation: HistoryRelation) -> bool:
    """Return whether a history knows all policies of a table.

    CREATE TABLE IF NOT EXISTS counts as the creation of the table.
    """
    if (
        relation.created_at is None
        or relation.uncertain
        or relation.changed_kinds & {"policies", "row_security"}
    ):
        return False
    step = final_state.step(relation.created_at, "create_stmt")
    if_not_exists = step is not None and step.kind == "create_stmt" and step.tree.if_not_exists
    return relation.fully_known or (if_not_exists and relation.complete)


def tables_with_known_policies(
    final_state: FinalState,
) -> Iterator[tuple[HistoryRelation, list[PolicyDefinition]]]:
    """Yield the tables that have policies, all of them known, with the policies."""
    for relation, policies in _policies_by_table(final_state).items():
        if are_policies_known(final_state, relation) and len(policies) == len(relation.policies):
            yield relation, policies


def _find_policies(final_state: FinalState) -> Iterator[PolicyDefinition]:
    created = list(final_state.find_steps("create_policy_stmt"))
    changes = list(final_state.find_steps("alter_policy_stmt"))
    if not created and not changes:
        return
    writers: dict[int, list[HistoryStep]] = {}
    for step in created:
        writers.setdefault(step.position.statement, []).append(step)
    changes_by_name: dict[str, list[HistoryStep]] = {}
    for step in changes:
        changes_by_name.setdefault(step.tree.policy_name, []).append(step)
    for relation in final_state.schema.relations.values():
        for policy in relation.policies.values():
            creation = _find_creator(writers, relation, policy)
            if creation is not None:
                steps = [creation, *changes_by_name.get(policy.name, ())]
                using = _build_clause(relation, policy.using, "qual", steps)
                check = _build_clause(relation, policy.check, "with_check", steps)
                restricted = _is_restricted(relation, policy, creation)
                yield PolicyDefinition(relation, policy, creation, using, check, restricted)
    created_names = {(step.tree.table.relname, step.tree.policy_name) for step in created}
    for step in changes:
        if (step.tree.table.relname, step.tree.policy_name) not in created_names:
            yield from _policy_created_elsewhere(final_state, step)


def _is_restricted(relation: HistoryRelation, policy: HistoryPolicy, step: HistoryStep) -> bool:
    """Return whether restrictive policies that test the caller apply to all client roles and to the command."""
    limits = [
        other
        for other in relation.policies.values()
        if not other.permissive and _tests_caller(relation, other, step)
    ]
    if not limits:
        return False
    clients = CLIENT_ROLES if "public" in policy.roles else CLIENT_ROLES & set(policy.roles)
    roles = {role for other in limits for role in other.roles}
    commands = {other.command for other in limits}
    # An UPDATE or DELETE without WHERE and RETURNING passes the policies for SELECT by.
    applies = bool(commands & {"all", policy.command}) or _WRITES <= commands
    return applies and ("public" in roles or clients - {"public"} <= roles)


def _tests_caller(relation: HistoryRelation, policy: HistoryPolicy, step: HistoryStep) -> bool:
    """Return whether a condition may depend on the caller, or passes no row."""
    tree = policy.using if policy.using is not None else policy.check
    if tree is None:
        return False
    clause = PolicyClause("USING", tree, step, relation)
    may_depend = any(call.identity or call.routine is not None for call in clause.calls)
    has_select = any(True for _ in clause.find_parts("SubLink"))
    return may_depend or has_select or is_never_true(fold_condition(clause))


def _find_creator(
    writers: Mapping[int, list[HistoryStep]], relation: HistoryRelation, policy: HistoryPolicy
) -> HistoryStep | None:
    """Return the CREATE POLICY among the statements at one position; a DO block may create several policies."""
    steps = writers.get(policy.created_at.statement, []) if policy.created_at is not None else []
    same_name = [step for step in steps if step.tree.policy_name == policy.name]
    exact = [step for step in same_name if step.tree.table.relname == relation.name]
    return next(iter((*exact, *same_name, *steps)), None)


def _build_clause(
    relation: HistoryRelation, tree: Node | None, field: str, steps: list[HistoryStep]
) -> PolicyClause | None:
    if tree is None:
        return None
    changes = (step for step in reversed(steps[1:]) if step.tree.HasField(field))
    matching = (step for step in changes if getattr(step.tree, field) == tree)
    step = next(matching, steps[0])
    return PolicyClause("USING" if field == "qual" else "WITH CHECK", tree, step, relation)


def _policy_created_elsewhere(final_state: FinalState, step: HistoryStep) -> Iterator[PolicyDefinition]:
    """Yield the known part of a policy that is older than the history and that an ALTER POLICY changes."""
    tree = step.tree
    relation = final_state.schema.find_relation(tree.table.schemaname, tree.table.relname)
    if relation is None or relation.fully_known:
        return
    using = tree.qual if tree.HasField("qual") else None
    check = tree.with_check if tree.HasField("with_check") else None
    roles = tuple(role_name(grantee) for grantee in tree.roles)
    policy = HistoryPolicy(relation.part("policy", tree.policy_name), "", roles, using=using, check=check)
    yield PolicyDefinition(
        relation,
        policy,
        step,
        _build_clause(relation, using, "qual", [step]),
        _build_clause(relation, check, "with_check", [step]),
        any(not other.permissive for other in relation.policies.values()),
        is_complete=False,
    )


def role_bypasses_row_security(schema: HistorySchema, role: str) -> bool:
    """Return whether a role bypasses row level security."""
    state = schema.roles.get(role)
    if state is not None:
        return state.bypasses_row_security or state.superuser
    return role in _BYPASSING


def find_memberships(schema: HistorySchema, role: str) -> set[str]:
    """Return the known roles of which a role is a member, directly or not."""
    memberships: set[str] = set()
    pending = [role]
    while pending:
        state = schema.roles.get(pending.pop())
        new_roles = (state.member_of if state is not None else set()) - memberships
        memberships |= new_roles
        pending += new_roles
    return memberships


def shows_every_row(schema: HistorySchema, relation: HistoryRelation) -> bool:
    """Return whether a client role with SELECT certainly sees every row of a table."""
    return any(shows_every_row_to(schema, relation, role) for role in CLIENT_ROLES)


def shows_every_row_to(schema: HistorySchema, relation: HistoryRelation, role: str) -> bool:
    """Return whether a role with SELECT certainly sees every row of a table."""
    if relation.created_at is None or relation.changed_kinds & {"policies", "row_security"}:
        return False
    if relation.row_security is False:
        return True
    return all(policy.permissive for policy in relation.policies.values()) and any(
        policy.command in {"all", "select"}
        and {role, "public"} & set(policy.roles)
        and policy.using is not None
        and is_always_true(policy.using, relation, schema)
        for policy in relation.policies.values()
    )


def can_callers_set(final_state: FinalState, policy: PolicyDefinition, column: str, action: str) -> bool:
    """Return whether callers choose the value of a column: no restrictive policy, privilege or trigger limits it."""
    relation = policy.relation
    for other in policies_of_table(final_state, relation):
        if other.restricts(action):
            limit = other.find_check(action)
            if limit is not None and column in limit.find_table_columns():
                return False
    for role in policy.state.roles:
        columns = {name for name, privilege in relation.column_grants.get(role, ()) if privilege == action}
        if columns and column not in columns and action not in relation.grants.get(role, ()):
            return False
    for trigger in relation.triggers.values():
        if trigger.timing == "before" and action in trigger.events:
            routines = final_state.schema.find_routines(*trigger.function)
            if any(may_name_column(routine, column) for routine in routines):
                return False
    return True


def find_shared_roles(final_state: FinalState, first: HistoryPolicy, second: HistoryPolicy) -> list[str]:
    """Return the roles to which both policies apply; PUBLIC includes every role."""
    if "public" in first.roles and "public" in second.roles:
        return ["public"]
    if "public" in first.roles:
        common = set(second.roles)
    elif "public" in second.roles:
        common = set(first.roles)
    else:
        common = set(first.roles) & set(second.roles)
    return sorted(role for role in common if not role_bypasses_row_security(final_state.schema, role))

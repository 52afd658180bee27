"""The policies that a history leads to, each with the statements that wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.folding import always
from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.history.objects import readable
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryPolicy, HistoryRelation, Schema
from schema_dsl.lint.history.trees import role_name
from schema_dsl.lint.rule import Edit, FinalState, Hit, LocatedHit
from schema_dsl.parsing import Node

# What a low-trust caller comes as. PostgREST and Supabase call them so; PUBLIC holds everybody.
CLIENTS = frozenset({"public", "anon", "authenticated"})
_WRITES = frozenset({"insert", "update", "delete"})
_BYPASSING = frozenset({"service_role", "supabase_admin"})
_ALL = ("select", "insert", "update", "delete")


@attrs.define(eq=False, slots=False)
class PolicyDefinition:
    """A policy as it is in the end. `step` made it, or was the last to change it.

    Of one that was made elsewhere and is only changed here, command and roles are not known: `whole` is False.
    `restricted`: the table has restrictive policies too, so that this one does not decide alone.
    """

    relation: HistoryRelation
    policy: HistoryPolicy
    step: HistoryStep
    using: PolicyClause | None
    check: PolicyClause | None
    restricted: bool
    whole: bool = True

    @property
    def clauses(self) -> tuple[PolicyClause, ...]:
        """What it has of USING and WITH CHECK."""
        return tuple(each for each in (self.using, self.check) if each is not None)

    @property
    def actions(self) -> tuple[str, ...]:
        """The operations that it is for; none if that is not known."""
        if not self.whole:
            return ()
        return _ALL if self.policy.command == "all" else (self.policy.command,)

    @property
    def writes(self) -> tuple[str, ...]:
        """The operations among them that change rows."""
        return tuple(each for each in self.actions if each in _WRITES)

    @property
    def for_clients(self) -> bool:
        """Whether it is known to let low-trust callers do something."""
        return self.whole and self.policy.permissive and not CLIENTS.isdisjoint(self.policy.roles)

    def restricts(self, action: str) -> bool:
        """Whether it is a restrictive policy for an operation."""
        return action in self.actions and not self.policy.permissive

    def filter_of(self, action: str) -> PolicyClause | None:
        """Give what decides which rows an operation finds: INSERT finds none."""
        return None if action == "insert" else self.using

    def limit_of(self, action: str) -> PolicyClause | None:
        """Give what decides which rows an operation may leave behind; USING stands in for WITH CHECK."""
        return None if action in {"select", "delete"} else self.check or self.using

    def __str__(self) -> str:
        return f"policy {readable(self.policy.name)} on {self.relation}"

    def placed(
        self,
        message: str,
        clause: PolicyClause | None = None,
        location: int = -1,
        *,
        length: int = 0,
        edits: Sequence[Edit] = (),
        remedy: str | None = None,
    ) -> LocatedHit:
        """Report the policy at a node of a clause, at the clause, or at the statement that made it."""
        if clause is None:
            place = head(self.step.statement)
            return LocatedHit(self.step, Hit(place.start, message, place.length, remedy, tuple(edits)))
        start = clause.offset(location if location >= 0 else clause.start)
        length = length or clause.length(start)
        return LocatedHit(clause.step, Hit(start, message, length, remedy, tuple(edits)))


@cached
def policies(final_state: FinalState) -> tuple[PolicyDefinition, ...]:
    """Give the policies that this history made or changed, in the order in which it did."""
    return tuple(
        sorted(
            _written(final_state), key=lambda each: (each.step.moment.statement, each.step.statement.start)
        )
    )


def of_table(final_state: FinalState, relation: HistoryRelation) -> list[PolicyDefinition]:
    """Give those of one table."""
    return _held(final_state).get(relation, [])


@cached
def _held(final_state: FinalState) -> dict[HistoryRelation, list[PolicyDefinition]]:
    held: dict[HistoryRelation, list[PolicyDefinition]] = {}
    for each in policies(final_state):
        held.setdefault(each.relation, []).append(each)
    return held


def whole(final_state: FinalState, relation: HistoryRelation) -> bool:
    """Say whether the policies that are known of a table are all that it has.

    CREATE TABLE IF NOT EXISTS is taken for what makes the table.
    """
    if relation.made is None or relation.doubtful or relation.doubts & {"policies", "row_security"}:
        return False
    step = final_state.step(relation.made, "create_stmt")
    again = step is not None and step.kind == "create_stmt" and step.tree.if_not_exists
    return relation.settled or (again and relation.complete)


def by_relation(final_state: FinalState) -> Iterator[tuple[HistoryRelation, list[PolicyDefinition]]]:
    """Yield the tables whose policies are all known and have some, with them."""
    for relation, held in _held(final_state).items():
        if whole(final_state, relation) and len(held) == len(relation.policies):
            yield relation, held


def _written(final_state: FinalState) -> Iterator[PolicyDefinition]:
    created = _statements(final_state, "create_policy_stmt")
    changes = _statements(final_state, "alter_policy_stmt")
    if not created and not changes:
        return
    writers: dict[int, list[HistoryStep]] = {}
    for step in created:
        writers.setdefault(step.moment.statement, []).append(step)
    altered: dict[str, list[HistoryStep]] = {}
    for step in changes:
        altered.setdefault(step.tree.policy_name, []).append(step)
    for relation in final_state.schema.relations.values():
        restricted = _is_restricted(relation)
        for policy in relation.policies.values():
            maker = _maker(writers, relation, policy)
            if maker is not None:
                steps = [maker, *altered.get(policy.name, ())]
                using = _clause(relation, policy.using, "qual", steps)
                check = _clause(relation, policy.check, "with_check", steps)
                yield PolicyDefinition(relation, policy, maker, using, check, restricted)
    made = {(step.tree.table.relname, step.tree.policy_name) for step in created}
    for step in changes:
        if (step.tree.table.relname, step.tree.policy_name) not in made:
            yield from _elsewhere(final_state, step)


def _is_restricted(relation: HistoryRelation) -> bool:
    return any(not each.permissive for each in relation.policies.values())


def _statements(final_state: FinalState, kind: str) -> list[HistoryStep]:
    return [step for steps in final_state.steps.values() for step in steps if step.kind == kind]


def _maker(
    writers: Mapping[int, list[HistoryStep]], relation: HistoryRelation, policy: HistoryPolicy
) -> HistoryStep | None:
    """Pick the statement: a DO block may make several policies."""
    steps = writers.get(policy.made.statement, []) if policy.made is not None else []
    named = [each for each in steps if each.tree.policy_name == policy.name]
    exact = [each for each in named if each.tree.table.relname == relation.name]
    return next(iter((*exact, *named, *steps)), None)


def _clause(
    relation: HistoryRelation, tree: Node | None, field: str, steps: list[HistoryStep]
) -> PolicyClause | None:
    if tree is None:
        return None
    written = [each for each in steps if each.tree.HasField(field)]
    same = (each for each in reversed(written) if getattr(each.tree, field) == tree)
    step = next(same, steps[0])
    return PolicyClause("USING" if field == "qual" else "WITH CHECK", tree, step, relation)


def _elsewhere(final_state: FinalState, step: HistoryStep) -> Iterator[PolicyDefinition]:
    """Yield what is known of a policy that was made before the history, and is changed by it."""
    tree = step.tree
    relation = final_state.schema.relation(tree.table.schemaname, tree.table.relname)
    if relation is None or relation.settled:
        return
    using = tree.qual if tree.HasField("qual") else None
    check = tree.with_check if tree.HasField("with_check") else None
    roles = tuple(role_name(each) for each in tree.roles)
    policy = HistoryPolicy(tree.policy_name, "", roles, using=using, check=check)
    yield PolicyDefinition(
        relation,
        policy,
        step,
        _clause(relation, using, "qual", [step]),
        _clause(relation, check, "with_check", [step]),
        _is_restricted(relation),
        whole=False,
    )


def bypasses(schema: Schema, role: str) -> bool:
    """Say whether row level security does not concern a role."""
    known = schema.roles.get(role)
    if known is not None:
        return known.bypasses_row_security or known.superuser
    return role in _BYPASSING


def memberships(schema: Schema, role: str) -> set[str]:
    """Give the roles that a role belongs to, directly or by others, so far as they are known."""
    found: set[str] = set()
    pending = [role]
    while pending:
        known = schema.roles.get(pending.pop())
        new = (known.member_of if known is not None else set()) - found
        found |= new
        pending += new
    return found


def shows_all(schema: Schema, relation: HistoryRelation) -> bool:
    """Say whether low-trust callers surely come to see every row of a table, if they may read it."""
    return any(shows_all_to(schema, relation, role) for role in CLIENTS)


def shows_all_to(schema: Schema, relation: HistoryRelation, role: str) -> bool:
    """Say whether a role surely comes to see every row of a table, if it may read it."""
    if relation.made is None or relation.doubts & {"policies", "row_security"}:
        return False
    if relation.row_security is False:
        return True
    return all(each.permissive for each in relation.policies.values()) and any(
        each.command in {"all", "select"}
        and {role, "public"} & set(each.roles)
        and each.using is not None
        and always(each.using, relation, schema=schema)
        for each in relation.policies.values()
    )


def may_be_set(final_state: FinalState, written: PolicyDefinition, column: str, action: str) -> bool:
    """Say whether a policy's callers choose what is in a column: no other policy, privilege or trigger does."""
    relation = written.relation
    for other in of_table(final_state, relation):
        if other.restricts(action):
            limit = other.limit_of(action)
            if limit is not None and column in limit.own_columns():
                return False
    for role in written.policy.roles:
        columns = {name for name, privilege in relation.column_grants.get(role, ()) if privilege == action}
        if columns and column not in columns and action not in relation.grants.get(role, ()):
            return False
    for trigger in relation.triggers.values():
        if trigger.timing == "before" and action in trigger.events:
            routines = final_state.schema.named_routines(*trigger.function)
            if any(column in (each.body or column) for each in routines):
                return False
    return True


def shared_roles(final_state: FinalState, one: HistoryPolicy, other: HistoryPolicy) -> list[str]:
    """Give the roles that come under both of two policies: everybody is in PUBLIC."""
    if "public" in one.roles and "public" in other.roles:
        return ["public"]
    if "public" in one.roles:
        common = set(other.roles)
    elif "public" in other.roles:
        common = set(one.roles)
    else:
        common = set(one.roles) & set(other.roles)
    return sorted(each for each in common if not bypasses(final_state.schema, each))

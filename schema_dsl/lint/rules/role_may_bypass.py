"""A way for callers to become a role that row level security does not concern."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.grants import told
from schema_dsl.lint.facts.policies import CLIENTS, bypasses, memberships
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import role_name
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_KINDS = frozenset({"grant_role_stmt", "create_role_stmt", "alter_role_stmt"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    schema = final_state.schema
    for weak in sorted(CLIENTS):
        strong = sorted(each for each in memberships(schema, weak) if bypasses(schema, each))
        if strong or (weak in schema.roles and bypasses(schema, weak)):
            step = _last(final_state, {weak, *strong, *memberships(schema, weak)})
            way = f"{weak} may SET ROLE {strong[0]}, which" if strong else f"{weak} is a role that"
            if step is not None:
                yield told(step, f"{way} row level security does not concern")


def _last(final_state: FinalState, roles: set[str]) -> HistoryStep | None:
    """Find the last statement about any of the roles that lead there."""
    found = [step for steps in final_state.steps.values() for step in steps if step.kind in _KINDS]
    return next((step for step in reversed(found) if not roles.isdisjoint(_named(step))), None)


def _named(step: HistoryStep) -> set[str]:
    tree = step.tree
    if step.kind == "grant_role_stmt":
        return {role_name(each) for each in tree.grantee_roles}
    return {tree.role if step.kind == "create_role_stmt" else tree.role.rolename}


RULE = Rule(
    name="role-may-bypass",
    group="rls",
    level=Level.ERROR,
    summary="anon or authenticated bypasses row level security, or may become a role that does.",
    why="A member of a role may SET ROLE to it, and then has its attributes too: BYPASSRLS among them.",
    remedy="Grant the privileges that are needed, not the role.",
    bad=("GRANT service_role TO authenticated;",),
    good=("GRANT authenticated TO authenticator;",),
    final_state=_check,
)

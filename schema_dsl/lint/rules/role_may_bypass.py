"""anon or authenticated bypasses row level security, or may become a role that does."""

from __future__ import annotations

from schema_dsl.analysis.trees import role_name
from schema_dsl.lint.facts.grants import build_statement_hit
from schema_dsl.lint.facts.policies import CLIENT_ROLES, find_memberships, role_bypasses_row_security
from schema_dsl.lint.rule import FinalState, HistoryStep, Level, LocatedHits, Rule

_KINDS = frozenset({"grant_role_stmt", "create_role_stmt", "alter_role_stmt"})


def _check(final_state: FinalState) -> LocatedHits:
    schema = final_state.schema
    for client in sorted(CLIENT_ROLES):
        bypassing = sorted(
            role for role in find_memberships(schema, client) if role_bypasses_row_security(schema, role)
        )
        if bypassing or (client in schema.roles and role_bypasses_row_security(schema, client)):
            step = _find_last_step(final_state, {client, *bypassing, *find_memberships(schema, client)})
            subject = f"{client} may SET ROLE {bypassing[0]}, which" if bypassing else client
            if step is not None:
                yield build_statement_hit(step, f"{subject} bypasses row level security")


def _find_last_step(final_state: FinalState, roles: set[str]) -> HistoryStep | None:
    """Return the last statement that creates, alters or grants one of the roles."""
    changes = list(final_state.find_steps(*_KINDS))
    return next((step for step in reversed(changes) if not roles.isdisjoint(_list_changed_roles(step))), None)


def _list_changed_roles(step: HistoryStep) -> set[str]:
    tree = step.tree
    if step.kind == "grant_role_stmt":
        return {role_name(grantee) for grantee in tree.grantee_roles}
    return {tree.role if step.kind == "create_role_stmt" else tree.role.rolename}


RULE = Rule(
    group="rls",
    level=Level.ERROR,
    why="A member of a role may SET ROLE to it, and then has its attributes, BYPASSRLS included.",
    remedy="Grant the privileges that the client role needs, not the role.",
    bad="GRANT service_role TO authenticated;",
    good="GRANT authenticated TO authenticator;",
    final_state=_check,
)

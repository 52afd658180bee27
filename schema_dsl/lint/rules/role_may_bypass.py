"""A way for callers to become a role that row level security does not concern."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.granting import listed
from schema_dsl.lint.facts.places import head
from schema_dsl.lint.facts.policies import CLIENTS, bypasses
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import Step
from schema_dsl.lint.history.trees import role_name
from schema_dsl.lint.rule import Hit, Rule


def _check(step: Step) -> Iterable[Hit]:
    tree = step.tree
    if not tree.is_grant:
        return
    strong = [each.access_priv.priv_name for each in tree.granted_roles]
    strong = [each for each in strong if bypasses(step.schema, each)]
    weak = [each for each in map(role_name, tree.grantee_roles) if each in CLIENTS]
    if strong and weak:
        place = head(step.statement)
        yield Hit(
            place.start,
            f"{listed(weak)} may SET ROLE {strong[0]}, which row level security does not concern",
            place.length,
        )


RULE = Rule(
    name="role-may-bypass",
    group="rls",
    level=Level.ERROR,
    summary="A role that bypasses row level security is granted to anon or authenticated.",
    why="A member of a role may SET ROLE to it, and then has its attributes too: BYPASSRLS among them.",
    remedy="Grant the privileges that are needed, not the role.",
    bad=("GRANT service_role TO authenticated;",),
    good=("GRANT authenticated TO authenticator;",),
    kinds=frozenset({"grant_role_stmt"}),
    statement=_check,
)

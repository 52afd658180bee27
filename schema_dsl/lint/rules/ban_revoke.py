"""REVOKE."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import place, undoes
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import role_name
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    if undoes(step):
        return
    if step.kind == "grant_role_stmt":
        given, roles = step.tree.is_grant, [each.role_spec.rolename for each in step.tree.grantee_roles]
    else:
        given, roles = step.tree.is_grant, [role_name(each) for each in step.tree.grantees]
    if not given:
        marked = place(step)
        yield Hit(marked.start, f"what {', '.join(roles)} did with this fails from here on", marked.length)


RULE = Rule(
    name="ban-revoke",
    group="data",
    level=Level.INFO,
    summary="A privilege or membership is revoked.",
    why="Whoever used the privilege gets permission denied from then on. That may well be what is wanted.",
    remedy="See who uses it before it goes.",
    bad=(
        "REVOKE SELECT ON public.notes FROM authenticated;",
        "REVOKE reporting FROM analyst;",
    ),
    good=("GRANT SELECT ON public.notes TO service_role;",),
    kinds=frozenset({"grant_stmt", "grant_role_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("squawk: ban-revoke",),
)
